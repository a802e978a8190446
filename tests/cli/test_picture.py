#!/usr/bin/python3
"""`headwise picture`: its files are what they say, of the size they should be, and lead back."""
import re
import struct
import xml.etree.ElementTree as ElementTree
import zlib

from program import Command, check, main

picture, refused = Command("picture").good, Command("picture").refused
SVG = "{http://www.w3.org/2000/svg}"


def read_png(path):
    """Its width, height, rows of bytes, texts and pixels a metre, by the standard."""
    data = path.read_bytes()
    check(data[:8] == b"\x89PNG\r\n\x1a\n", "it is a PNG")
    at, chunks = 8, []
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        check(zlib.crc32(name + body) == struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0], f"checksum of {name}")
        chunks.append((name, body))
        at += 12 + length
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    check((depth, kind) == (8, 2), "of 8 bits each, red, green and blue")
    texts = dict(body.split(b"\0" * 5, 1) for name, body in chunks if name == b"iTXt")
    density = next(struct.unpack(">I", body[:4])[0] for name, body in chunks if name == b"pHYs")
    filtered = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    stride = width * 3 + 1
    check(len(filtered) == stride * height, "rows for every pixel")
    rows, above = [], bytes(width * 3)
    for y in range(height):
        row = filtered[y * stride:(y + 1) * stride]
        check(row[0] == 2, "rows are differences to the one above")
        above = bytes((a + b) & 255 for a, b in zip(row[1:], above))
        rows.append(above)
    return width, height, rows, {k.decode(): v.decode() for k, v in texts.items()}, density


def test_svg(tmp):
    file = tmp / "a.svg"
    picture("--out", file, "stage=attn_weights", "mask=causal", "tokens=Fish & chips <3")
    root = ElementTree.parse(file).getroot()
    check(root.tag == SVG + "svg", "it is an SVG")
    check(root.find(SVG + "title").text == "Attention weights", "its title")
    words = root.find(SVG + "desc").text
    check("sum" in words, "it says in words what it shows", words)
    link = words.splitlines()[-1]
    check(link.startswith("#v=1&") and "stage=attn_weights" in link, "and the link", link)
    picture("--out", tmp / "b.svg", link)
    check(file.read_bytes() == (tmp / "b.svg").read_bytes(), "the link gives the same picture")
    box = [float(n) for n in root.get("viewBox").split()]
    check([float(root.get("width")), float(root.get("height"))] == box[2:], "its size")
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    check(len(ids) == len(set(ids)), "ids are distinct")
    uses = re.findall(r'(?:xlink:href="|url\()#(\w+)', file.read_text())
    check(set(uses) == set(ids), "what is used is defined, and the other way round")
    picture("--out", tmp / "c.svg", "--window", "--size", "1024x600", "theme=dark")
    root = ElementTree.parse(tmp / "c.svg").getroot()
    check(root.get("viewBox") == "0 0 1024 600", "the whole window")


def test_png(tmp):
    picture("--out", tmp / "a.png", "--window", "--size", "640x480", "--density", "1", "theme=dark", "stage=scores")
    width, height, rows, texts, density = read_png(tmp / "a.png")
    check((width, height) == (640, 480), "its size", (width, height))
    check(texts["Source"] == "#v=1&stage=scores&theme=dark", "where it is from", texts)
    check(density == 3780, "96 to an inch", density)
    check(len(set(rows)) > 100, "something is drawn")
    check(rows[0][:3] == bytes([0x10, 0x12, 0x16]), "on the theme's background", rows[0][:3])
    picture("--out", tmp / "b.png", "stage=scores", "--size", "700x480")
    wide = read_png(tmp / "b.png")
    picture("--out", tmp / "c.png", "stage=scores", "--size", "700x480", "--density", "1")
    plain = read_png(tmp / "c.png")
    check(wide[0] == 3 * plain[0] and wide[1] == 3 * plain[1], "three pixels for each by default")
    check(wide[2][0][:3] == b"\xff\xff\xff" and wide[2][-1][-3:] == b"\xff\xff\xff", "white to the corners")


def test_refused(tmp):
    refused("--out", "stage=scores")
    refused("must end in .svg or .png", "--out", tmp / "a.gif")
    refused("--size: 1 required WxH missing", "--out", tmp / "a.svg", "--size=")
    for size in ("x", "640", "640x", "0x0", "640x1e3", "99999x99999", "-640x480"):
        refused("must be WIDTHxHEIGHT", "--out", tmp / "a.svg", f"--size={size}")
    for density in ("0", "9", "1.5", "x"):
        refused("must be a whole number from 1 to 8", "--out", tmp / "a.png", "--density", density)
    refused("may have 200 million", "--out", tmp / "a.png", "--size", "7680x7680", "--density", "8")
    refused("unknown key", "--out", tmp / "a.svg", "d_modle=8")
    refused("there is no such stage", "--out", tmp / "a.svg", "stage=nonsense")
    refused("cannot be written", "--out", tmp / "missing" / "a.svg")
    check(list(tmp.iterdir()) == [], "and nothing is written", list(tmp.iterdir()))


if __name__ == "__main__":
    main(test_svg, test_png, test_refused)
