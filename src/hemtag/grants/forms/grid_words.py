"""What the grid's script says, in the page's language. {n} and its like are filled in by the script."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    return {
        "caption": _("Budget: block, region, kostnadsslag och år"),
        "name": _("Block, region och kostnadsslag"),
        "block": _("Block {n}"),
        "requested": _("Sökt"),
        "cofinancing": _("Medfin."),
        "cofinancingLong": _("medfinansiering"),
        "sum": _("Summa"),
        "all": _("Hela ansökan"),
        "perBlock": _("Per block"),
        "perRegion": _("Per region"),
        "perKind": _("Per kostnadsslag"),
        "unit": _("sökt bidrag och medfinansiering, kronor"),
        "hours": _("Timmar och timkostnad"),
        "hoursShort": _("Timmar"),
        "hoursCell": _("timmar"),
        "costCell": _("kronor per timme"),
        "hourUnit": _("tim"),
        "costUnit": _("kr/tim"),
        "fields": _("Områden"),
        "openHours": _("Visa timmar för {place}"),
        "openFields": _("Visa extern expertis per område för {place}"),
        "open": _("Öppna {place}"),
        "close": _("Stäng {place}"),
        "left": _("har avböjt"),
        "readOnly": _("går inte att ändra här"),
        "othersRow": _("Raden fylls i av regionen själv eller av den ansvariga regionen."),
        "computed": _("Summan räknas ut av cellerna."),
        "selected": _("{n} celler markerade, summa {sum} kr"),
        "whole": _("Skriv ett helt tal med siffror, till exempel 1 000 000."),
        "tooLarge": _("Beloppet är större än {most} kr. Kontrollera antalet nollor."),
        "tooManyHours": _("Skriv högst {most} timmar i en cell."),
        "tooDear": _("Skriv en timkostnad mellan 1 och {most} kr."),
        "noCost": _("Skriv först vad en timme kostar."),
        "overOwn": _("Medfinansieringen är större än timmar × timkostnad. Sänk den, eller öka timmarna."),
        "overRequested": _("Sökt bidrag är större än timmar × timkostnad. Sänk det, eller öka timmarna."),
        "product": _("Timmar × timkostnad är {product} kr, men sökt och medfinansiering är tillsammans {sum} kr."),
        "outsideCall": _("Utlysningen gäller {first}–{last}. Där går det bara att tömma celler."),
        "pasteTooLarge": _(
            "Det du klistrar in är {rows} rader och {columns} kolumner. Från den markerade cellen finns plats för "
            "{roomRows} rader och {roomColumns} kolumner. Ingenting är ändrat."
        ),
        "pasteTooLong": _("Det du klistrar in är för stort för rutnätet. Ingenting är ändrat."),
        "pasteWrong": _("Rad {row}, kolumn {column}, ”{text}”: {problem} Ingenting är ändrat."),
        "nothingChanged": _("Ingenting är ändrat."),
        "pasted": _("{n} celler inklistrade."),
        "filled": _("{n} celler ifyllda."),
        "cleared": _("{n} celler tömda."),
        "copied": _("{n} celler kopierade."),
        "undone": _("Ångrat: {n} celler är som förut."),
        "redone": _("Gjort om: {n} celler."),
        "nothingToUndo": _("Det finns inget att ångra."),
        "nothingToFill": _(
            "Det finns inget att fylla från. Markera en cell med belopp och de celler som ska få samma."
        ),
        "others": _("{n} celler har ändrats av andra."),
        "restored": _("{n} celler som inte hann sparas förra gången sparas nu."),
        "reload": _("Block har lagts till eller tagits bort. Ladda om sidan för att se dem."),
        "clashTitle": _("Någon annan har ändrat samma cell"),
        "clashHelp": _("Båda beloppen finns kvar. Välj vilket som ska gälla."),
        "mine": _("Ditt: {cell}"),
        "theirs": _("{who} kl. {at}: {cell}"),
        "keepMine": _("Behåll mitt"),
        "takeTheirs": _("Ta det andra"),
        "refusedTitle": _("Inte sparat"),
        "goTo": _("Gå till cellen"),
        "takeBack": _("Ta tillbaka"),
        "unknown": _("Cellen kunde inte sparas. Ladda om sidan."),
        "cellWords": _("{requested} kr sökt, {own} kr medfinansiering"),
        "cellHours": _("{hours} timmar à {cost} kr"),
    }
