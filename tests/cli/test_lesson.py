"""headwise lesson and headwise grade: what a teacher runs before and after class."""
import csv
import io
import re

from program import ROOT, Command, check, main

lesson = Command("lesson")
grade = Command("grade")

GOOD = """---
title: T
summary: S
minutes: 5
state: d_model=8&num_heads=2
---
# Page
```exercise sum
kind: number
draw: a = 10..99; b = 10..99
ask: $a + $b?
answer: $a + $b
wrong: $a * $b => Do not multiply.
```
"""


def test_example_in_the_documentation(folder):
    text = (ROOT / "docs/teaching.md").read_text()
    example = re.search(r"````markdown\n(.*?)````", text, re.S).group(1)
    file = folder / "my-lesson.md"
    file.write_text(example)
    check("fine; 2 pages, 2 exercises" in lesson.good("check", file), "the documented lesson is fine")


def test_check(folder):
    good = folder / "good.md"
    good.write_text(GOOD)
    check("good.md: fine; 1 page, 1 exercise" in lesson.good("check", good), "a good lesson")
    for change, message in [
        (("answer: $a", "answer: $c"), "bad.md:12: answer: nothing called $c"),
        (("$a * $b", "$a + $b"), "no draw out of"),
        (("minutes: 5\n", ""), "the header has no minutes"),
        (("# Page", "# Page\n[x](sim:stage=nowhere)"), "bad.md:8:"),
        (("# Page", "# Page\n{{value q 9,9,9}}"), "bad.md:8:"),
    ]:
        bad = folder / "bad.md"
        bad.write_text(GOOD.replace(*change))
        result = lesson.run("check", bad)
        check(result.returncode == 2 and message in result.stdout.decode(), f"check finds {message}", result.stdout + result.stderr)
    lesson.refused("no lesson nothing", "answers", "nothing")


def test_answers_and_list(folder):
    file = folder / "good.md"
    file.write_text(GOOD)
    ada, bob = (lesson.good("answers", file, "--student", name) for name in ("Ada", "Bob"))
    a, b, total = map(int, re.search(r"(\d+) \+ (\d+)\?\s+Answer: (\d+)", ada).groups())
    check(a + b == total, "the answer to a student's numbers", ada)
    check(ada != bob, "neighbours have other numbers")
    check(lesson.good("answers", file, "--student", " ada ") == ada, "the same name has the same")
    check("01-one-attention" in lesson.good("list"), "the list")


def test_grade(folder):
    """Codes as the page makes them, one changed, one with points that were not earned."""
    file = folder / "good.md"
    file.write_text(GOOD)
    shown = lesson.good("answers", file, "--student", "ada")
    total = int(re.search(r"Answer: (\d+)", shown).group(1))

    def hash_text(text):  # FNV-1a, then splitmix64's finaliser
        value = 0xCBF29CE484222325
        for byte in text.encode():
            value = (value ^ byte) * 0x100000001B3 & (1 << 64) - 1
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
        value = (value ^ value >> 27) * 0x94D049BB133111EB & (1 << 64) - 1
        return value ^ value >> 31

    def code(student, answer, points):
        text = (f"headwise-result?lesson=good&student={student}&date=2026-01-02&points={points}&of=1"
                f"&done=page%20good%201%0Aanswer%20good%20sum%200%20{answer}%0A")
        return f"{text}&sum={hash_text(text) >> 32:08x}"

    codes = folder / "codes.txt"
    damaged = code("dan", total, "1.0").replace("date=2026", "date=2027")
    codes.write_text("\n".join(["Hello,", code("ada", total, "1.0"), code("bob", total + 1, "1.0"), damaged, "bye"]))
    rows = list(csv.DictReader(io.StringIO(grade.good(codes, "--lessons", folder, "--csv"))))
    check([row["points"] for row in rows[:2]] == ["1.0", "0.0"], "points by marking again", rows)
    check(rows[0]["note"] == "" and "the code says 1.0 of 1" in rows[1]["note"] and "check sum" in rows[2]["note"], "notes", rows)
    check(rows[0]["pages"] == "1/1" and rows[0]["date"] == "2026-01-02", "pages and date", rows)
    check("ada" in grade.good(codes, "--lessons", folder), "as a table")

    # What stands in a teacher's folder besides: a text, an editor's lock, a file from Windows, and a mistake.
    (folder / "README.md").write_text("# My lessons")
    (folder / ".#good.md").symlink_to("nobody@nowhere")
    (folder / "zz.md").symlink_to("nowhere.md")
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    check("ada" in grade.good(codes, "--lessons", folder), "in a folder with other files")
    (folder / "another.md").write_text("\n" + GOOD)
    grade.refused("another.md:1: a lesson starts with its header", codes, "--lessons", folder)
    (folder / "another.md").unlink()
    codes.write_text("nothing here")
    grade.refused("there is no result code", codes)


main(test_example_in_the_documentation, test_check, test_answers_and_list, test_grade)
