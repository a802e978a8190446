"""screenshot.py XVFB_FRAMEBUFFER OUT.png: saves what a virtual screen (Xvfb -fbdir) shows, and prints
how many different colours that is and a digest of it."""
import hashlib
import struct
import sys
import zlib


def read_xwd(path):
    with open(path, "rb") as file:
        data = file.read()
    header = struct.unpack(">25I", data[:100])
    size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
    little = header[7] == 0
    assert header[11] == 32, "32 bits per pixel"
    start = size + colours * 12
    rows = []
    for y in range(height):
        row = data[start + y * line:start + y * line + width * 4]
        r, g, b = (2, 1, 0) if little else (1, 2, 3)
        pixels = bytearray(width * 3)
        pixels[0::3], pixels[1::3], pixels[2::3] = row[r::4], row[g::4], row[b::4]
        rows.append(bytes(pixels))
    return width, height, rows


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png(path, width, height, rows):
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)) +
                   chunk(b"IDAT", packed) + chunk(b"IEND", b""))


width, height, rows = read_xwd(sys.argv[1])
write_png(sys.argv[2], width, height, rows)
colours = {row[x:x + 3] for row in rows for x in range(0, len(row), 3)}
print(len(colours), hashlib.sha256(b"".join(rows)).hexdigest()[:16])
