"""Jenkins' lookup3 of three words."""

from engine.linux.lib.jhash import jhash_3words, reciprocal_scale

STEPS = (
    ("c", "b", 14),
    ("a", "c", 11),
    ("b", "a", 25),
    ("c", "b", 16),
    ("a", "c", 4),
    ("b", "a", 14),
    ("c", "b", 24),
)
"""lookup3's final(): which word is mixed with which, turned left by how much."""


def reference(words: tuple[int, int, int], initval: int) -> int:
    """lookup3's hashword() for a key of three words, by its published steps."""
    mask = 0xFFFFFFFF
    seed = (0xDEADBEEF + (3 << 2) + initval) & mask
    state = {name: (seed + word) & mask for name, word in zip("abc", words, strict=True)}
    for target, source, bits in STEPS:
        value = state[source]
        turned = (value << bits | value >> (32 - bits)) & mask
        state[target] = ((state[target] ^ value) - turned) & mask
    return state["c"]


def test_final_mix() -> None:
    for words in ((0, 0, 0), (1, 2, 3), (0xFFFFFFFF, 0x80000000, 0xDEADBEEF)):
        for initval in (0, 1, 0x5EED1E55):
            assert jhash_3words(*words, initval) == reference(words, initval)


def test_one_bit_changes_about_half_of_the_result() -> None:
    base = jhash_3words(0x0A000002, 0x0A000001, 9000 << 16 | 40_000, 7)
    flips = [
        bin(base ^ jhash_3words(0x0A000002, 0x0A000001, (9000 << 16 | 40_000) ^ 1 << bit, 7)).count("1")
        for bit in range(32)
    ]
    assert 14 <= sum(flips) / 32 <= 18


def test_scale_takes_the_high_bits() -> None:
    assert [reciprocal_scale(value, 4) for value in (0, 0x3FFFFFFF, 0x40000000, 0xFFFFFFFF)] == [0, 0, 1, 3]
