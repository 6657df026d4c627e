"""Files as people send them, small."""

import io
import zipfile
import zlib

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def office(*names, packed=zipfile.ZIP_STORED):
    """A zip with the named parts, each `<x/>` or, given as a pair, its own content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as archive:
        for name in names:
            name, content = name if isinstance(name, tuple) else (name, "<x/>")
            archive.writestr(name, content)
    return file.getvalue()


def docx(*more, **kwargs):
    return office("[Content_Types].xml", "word/document.xml", *more, **kwargs)


def xlsx(*more, **kwargs):
    return office("[Content_Types].xml", "xl/workbook.xml", *more, **kwargs)


def types(*content_types):
    lines = "".join(f'<Override PartName="/x{n}" ContentType="{kind}"/>' for n, kind in enumerate(content_types))
    return "[Content_Types].xml", f"<Types>{lines}</Types>"


def relation(kind, target, mode="External"):
    """A relation of a document to something outside it."""
    where = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    return f'<Relationships><Relationship Id="r" Type="{where}{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'


def packed_objects(plain, name=b"/ObjStm"):
    """A PDF whose objects lie packed, as most programs write them since 2003."""
    stream = zlib.compress(plain)
    head = b"2 0 obj\n<< /Type " + name + b" /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(stream)
    return PDF + head + stream + b"\nendstream\nendobj\n"
