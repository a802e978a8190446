"""Constructs the weights of `weights=constructed` and writes them to constructed.txt, beside this file.

    python3 lessons/weights/build.py            writes the file
    python3 lessons/weights/build.py --check    fails where it is not what this script makes

Nothing is trained here. Every number is chosen, to show what a head can do, and this file says why. Whether
trained heads come to do the like is another question; they are never as clean as these.

A token's vector is made of features with names: what is known of a word, a name of plus and minus ones that
it shares with no other word of the list, and (added by the table of places) where it stands. There are five
heads. A score is a sum over features of query times key, and is multiplied by 1/4 (1 / sqrt of HEAD_DIM)
before softmax, so a raw difference of 16 makes a weight e^4 = 55 times another.
"""

import hashlib
import pathlib
import sys

HEAD_DIM = 16
V_DIM = 4
PLACES = 32
NAME_SIGNS = 15  # the first says whether the word is in the list below

FEATURES = [
    ("one", "1 for every word: what a number is added by"),
    ("start", "the first place of the sentence, where heads rest"),
    ("place", "where it stands, in quarters: token 3 is at 0.75"),
    ("place-squared", "place times place"),
    ("noun", "names someone or something"),
    ("singular", "one"),
    ("plural", "several"),
    ("she", "a pronoun for it may be she"),
    ("he", "a pronoun for it may be he"),
    ("it", "a pronoun for it may be it"),
    ("they", "a pronoun for it may be they"),
    ("wants-singular", "a verb form for one: has"),
    ("wants-plural", "a verb form for several: have"),
    ("stands-for-she", "a pronoun: she, her"),
    ("stands-for-he", "a pronoun: he, him"),
    ("stands-for-it", "a pronoun: it, its"),
    ("stands-for-they", "a pronoun: they, them"),
] + [(f"name-{i}", "a sign of the word's own name" if i else "+1 for words of the list, -1 for others")
     for i in range(NAME_SIGNS)]

KINDS = ["she", "he", "it", "they"]


def vocabulary():
    """(word, its features), each word once."""
    words = {}

    def add(text, *features):
        for word in text.split():
            assert word not in words, word
            words[word] = features

    def nouns(text, *kinds):
        """`dog dogs`: one, then several."""
        forms = text.split()
        add(" ".join(forms[::2]), "noun", "singular", *kinds)
        add(" ".join(forms[1::2]), "noun", "plural", "they")

    nouns("team teams group groups family families company companies committee committees government governments "
          "class classes", "it")
    nouns("bank banks river rivers tournament tournaments trophy trophies suitcase suitcases key keys cabinet cabinets "
          "street streets house houses table tables book books letter letters picture pictures word words sentence "
          "sentences head heads city cities school schools tree trees door doors window windows box boxes car cars "
          "ball balls game games story stories idea ideas question questions answer answers law laws",
          "it")
    nouns("animal animals dog dogs cat cats bird birds horse horses mouse mice fish fishes", "it")
    nouns("girl girls woman women mother mothers sister sisters daughter daughters queen queens aunt aunts", "she")
    nouns("boy boys man men father fathers brother brothers son sons king kings uncle uncles", "he")
    nouns("teacher teachers student students doctor doctors friend friends child children person people player players "
          "captain captains author authors winner winners neighbour neighbours", "she", "he")
    add("anna alice mary maria emma sarah", "noun", "singular", "she")
    add("tom bob john peter paul david", "noun", "singular", "he")

    add("has is was does", "wants-singular")
    add("sleeps runs wins knows likes loves eats barks says sees stands comes goes", "wants-singular")
    add("have are were do", "wants-plural")

    add("she", "singular", "stands-for-she")
    add("he", "singular", "stands-for-he")
    add("it", "singular", "stands-for-it")
    add("they", "plural", "stands-for-they")
    add("we you", "plural")
    add("her hers herself", "stands-for-she")
    add("him his himself", "stands-for-he")
    add("its itself", "stands-for-it")
    add("them their theirs themselves", "stands-for-they")

    add("the a an this that these those every some no my your our i me us who which what")
    add("by of to in on at from with for and or but because when while if so not too very near behind under over after "
        "before")
    add("won lost disbanded flooded had been be will can did didn't chased saw found crossed cross sat slept ran ate said "
        "told gave took went came met loved liked lay broke fits fit")
    add("old young big small good new happy tired hungry late red wide")
    add(". , ? ! : ;")
    return words


def names(words):
    """A name of signs for each word, no two of which differ in one sign alone."""
    taken, out = [], {}
    for word in words:
        for attempt in range(10000):
            bits = int.from_bytes(hashlib.sha256(f"{word} {attempt}".encode()).digest()[:4], "big")
            bits &= (1 << (NAME_SIGNS - 1)) - 1
            if all((bits ^ other).bit_count() > 1 for other in taken):
                break
        else:
            sys.exit(f"no name is left for {word}: raise NAME_SIGNS")
        taken.append(bits)
        out[word] = "+" + "".join("+" if bits >> i & 1 else "-" for i in range(NAME_SIGNS - 1))
    return out


class Heads:
    """Sparse weights by head: query, key and value entries."""

    def __init__(self):
        self.heads = []    # (name, what it does)
        self.weights = []  # lines

    def head(self, name, about):
        self.heads.append((name, about))

    def put(self, weight, feature, entry, number):
        self.weights.append(f"{weight} {len(self.heads) - 1} {feature} {entry} {number}")

    def query(self, feature, entry, number):
        self.put("w_q", feature, entry, number)

    def key(self, feature, entry, number):
        self.put("w_k", feature, entry, number)

    def rest(self, entry):
        """32 for the first place: what is left to do where nothing fits."""
        self.query("one", entry, 4)
        self.key("start", entry, 8)

    def value(self):
        """Hands over which token it is, and whether a noun, one or several."""
        for entry, (feature, number) in enumerate([("place", 4), ("noun", 1), ("singular", 1), ("plural", 1)]):
            self.put("w_v", feature, entry, number)


def heads():
    h = Heads()

    # For places p, 2 (p_i - 1/4) p_j - p_j^2 is largest where p_j is p_i - 1/4: one place back. Each place
    # further costs 16 more than none, times its square.
    h.head("previous token", "looks at the token before")
    h.query("place", 0, 32)
    h.query("one", 0, -8)
    h.key("place", 0, 16)
    h.query("one", 1, -16)
    h.key("place-squared", 1, 16)
    h.value()

    # Names times names: 144 for each sign that agrees, -144 for each that does not. Of several that are the
    # same, the first one: each place costs 8, all places less than one wrong sign (2 x 144).
    h.head("same word", "looks at the first place where the word is said, be it its own")
    for i in range(NAME_SIGNS):
        h.query(f"name-{i}", i, 12)
        h.key(f"name-{i}", i, 12)
    h.query("one", NAME_SIGNS, 1)
    h.key("place", NAME_SIGNS, -32)
    h.value()

    # 256 where the number fits, less 6 for each place; 32 for the first place, where all rest that want nothing.
    h.head("agreement", "a verb form looks at the first word of its number; others rest on the first token")
    for entry, number in enumerate(["singular", "plural"]):
        h.query(f"wants-{number}", entry, 16)
        h.key(number, entry, 16)
        h.query(f"wants-{number}", 3, 3)
    h.rest(2)
    h.key("place", 3, -8)
    h.value()

    # The same with kinds of pronouns.
    h.head("coreference", "a pronoun looks at the first noun that it may stand for; others rest on the first token")
    for entry, kind in enumerate(KINDS):
        h.query(f"stands-for-{kind}", entry, 16)
        h.key(kind, entry, 16)
        h.query(f"stands-for-{kind}", 5, 3)
    h.rest(4)
    h.key("place", 5, -8)
    h.value()

    # Values are all 0: it adds nothing.
    h.head("resting", "every token looks at the first one and takes nothing from it")
    h.rest(0)
    return h


def text():
    words = vocabulary()
    h = heads()
    lines = [
        "# Weights constructed by hand, to show what a head can do. No training made them.",
        "# Made by lessons/weights/build.py, which says why each number is what it is: change that, not this.",
        "#",
        "# head_dim N, v_dim N            entries of a head's queries and keys, and of its values",
        "# head NAME | WHAT IT DOES       heads, from 0",
        "# feature NAME | WHAT IT SAYS    entries of a token's vector, from 0; d_model of them",
        "# place N NAME=NUMBER ...        what the table of places adds to token N",
        "# word WORD SIGNS FEATURE ...    its name, a + or - for each feature name-0, name-1 ...; then features that are 1",
        "# w_q HEAD FEATURE ENTRY NUMBER  from a feature to an entry of the head's queries; so w_k, w_v; what is not here is 0",
        "# w_o HEAD ENTRY OUTPUT NUMBER   from an entry of the head's result to an entry of the output",
        "",
        f"head_dim {HEAD_DIM}",
        f"v_dim {V_DIM}",
        "",
        *[f"head {name} | {about}" for name, about in h.heads],
        "",
        *[f"feature {name} | {about}" for name, about in FEATURES],
        "",
    ]
    for t in range(PLACES):
        lines.append(f"place {t}" + (" start=1" if t == 0 else "") + f" place={t / 4:g} place-squared={t * t / 16:g}")
    lines.append("")
    for word, name in names(words).items():
        lines.append(" ".join(["word", word, name, *words[word]]))
    lines += ["", *h.weights, ""]
    lines += [f"w_o {head} {entry} {head * V_DIM + entry} 1" for head in range(len(h.heads)) for entry in range(V_DIM)]
    known = {name for name, _ in FEATURES}
    assert all(feature in known for features in words.values() for feature in features)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    file = pathlib.Path(__file__).with_name("constructed.txt")
    if "--check" in sys.argv[1:]:
        if file.read_text() != text():
            sys.exit(f"{file.name} is not what build.py makes: run it")
        print("1 passed, 0 failed")
    else:
        file.write_text(text())
