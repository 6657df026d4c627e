/* Which blocks and regions are open, remembered for this tab; at first the first block, and in it one's own region. */
export function whatIsShown(data) {
  const key = `hemtag:grid:${data.number}`;
  const shown = { open: new Set(), hours: new Set(), fields: new Set(), region: "" };
  const codes = data.regions.map(([code]) => code);
  const kept = () => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null; // only a comfort
    }
  };
  const remember = () => {
    try {
      sessionStorage.setItem(key, JSON.stringify([...shown.open]));
    } catch {
      /* Then it opens as at a first visit. */
    }
  };
  const everything = () => data.blocks.flatMap(({ number }) => [`b${number}`, ...codes.map((code) => `b${number}r${code}`)]);
  const atFirst = () => {
    const [{ number }] = data.blocks;
    const own = codes.filter((code) => data.own.includes(code));
    const first = codes.length > 4 && own.length ? own : codes.slice(0, 4);
    return [`b${number}`, ...first.map((code) => `b${number}r${code}`)];
  };
  (kept() || atFirst()).forEach((each) => shown.open.add(each));
  return { shown, remember, everything };
}
