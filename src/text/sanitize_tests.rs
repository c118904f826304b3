use super::*;
use crate::text::width;
use proptest::prelude::*;

/// Strings that have broken terminals, tables or parsers.
const NASTY: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "\r\n\r\n",
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\u{9b}31mred",
    "\u{9d}0;title\u{9c}x",
    "\x1bPq\x1b\\",
    "\u{202e}gpj.exe\u{202c}",
    "\u{2066}a\u{2069}",
    "a\u{200b}b\u{200c}c\u{200d}d\u{feff}e",
    "👨\u{200d}👩\u{200d}👧\u{200d}👦",
    "👩🏽\u{200d}🚒",
    "☎\u{fe0f}",
    "1\u{fe0f}\u{20e3}",
    "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "🇩🇰🇳",
    "Z\u{351}\u{36b}\u{343}\u{363}\u{35b}\u{359}a\u{323}\u{307}\u{327}lgo",
    "\u{301}\u{301}a",
    "\u{1161}\u{301}",
    "a\u{1161}\u{301}",
    "\u{115f}\u{1160}\u{3164}\u{ffa0}",
    "\u{fdd0}\u{ffff}\u{10ffff}\u{e000}\u{f8ff}",
    "\u{fff9}a\u{fffa}b\u{fffb}",
    "\u{2028}\u{2029}\u{85}\u{b}\u{c}",
    "ｶﾞｯﾂﾟ",
    "ﷺ",
    "Ã\u{98}",
    "\u{e0001}\u{e007f}",
    "a\u{ad}b\u{34f}c",
    "\u{feff}{\"json\": 1}",
    "क्ष्म्य",
    "عربي",
    "\u{1100}\u{1161}\u{11a8}",
];

#[test]
fn known_lines() {
    for (text, clean) in [
        ("  a \t b\r\n\u{a0}c  ", "a b c"),
        ("V\u{0}P\u{7}N", "V P N"),
        ("\u{202e}gpj.exe", "gpj.exe"),
        ("mo\u{308}te", "möte"),
        ("👨\u{200d}👩\u{200d}👧", "👨👩👧"),
        ("👍🏽", "👍"),
        ("☎\u{fe0f}", "☎"),
        ("\u{301}a", "a"),
        (" \u{301}a", "a"),
        ("\u{e0041}x\u{e007f}", "x"),
        ("\u{1b}[1;31mRØD\u{1b}[m", "RØD"),
        ("\u{fffd}", "\u{fffd}"),
    ] {
        assert_eq!(line(text), clean, "{text:?}");
    }
}

#[test]
fn known_blocks() {
    for (text, clean) in [
        ("a\r\nb\rc\u{2028}d\u{c}e", "a\nb\nc\nd\ne"),
        ("a\tb\n\tc", "a   b\n    c"),
        ("  indented  \n\n\nlast\n \n", "  indented\n\n\nlast"),
        ("æ\tb", "æ   b"),
        ("日\tb", "日  b"),
    ] {
        assert_eq!(block(text), clean, "{text:?}");
    }
}

#[test]
fn bounds() {
    assert_eq!(line_max("abcdef", 6), "abcdef");
    assert_eq!(line_max("abcdef", 5), "abcd…");
    assert_eq!(line_max("abc def", 5), "abc…");
    assert_eq!(line_max("abc", 0), "");
    assert_eq!(line_max("abc   ", 3), "abc");
    assert_eq!(block_max("a\n\n\n\n\nb", 4), "a…");
    assert_eq!(block_max(&"\t".repeat(1000), 10), "");
}

#[test]
fn a_huge_text_costs_what_is_kept() {
    let text = "x".repeat(50_000_000);
    let started = std::time::Instant::now();
    assert_eq!(line_max(&text, 100).chars().count(), 100);
    assert!(started.elapsed().as_millis() < 200);
}

#[test]
fn a_pile_of_marks_is_cut_down() {
    let text = format!("a{}b", "\u{300}".repeat(100_000));
    let clean = line(&text);
    assert!(clean.chars().count() <= 2 + MAX_MARKS, "{clean}");
}

#[test]
fn the_nasty_corpus_comes_out_clean() {
    for text in NASTY {
        check(text);
        check(&format!("a{text}b{text}"));
    }
}

fn check(text: &str) {
    let one = line(text);
    let many = block(text);
    assert_eq!(line(&one), one, "line is not idempotent on {text:?}");
    assert_eq!(block(&many), many, "block is not idempotent on {text:?}");
    assert!(
        !one.contains(|c: char| c.is_control() || is_invisible(c)),
        "{text:?} left {one:?}"
    );
    assert!(
        !many.contains(|c: char| (c.is_control() && c != '\n') || is_invisible(c)),
        "{text:?} left {many:?}"
    );
    assert!(
        !one.starts_with(' ') && !one.ends_with(' ') && !one.contains("  "),
        "{one:?}"
    );
    // Nothing of zero width stands alone, so the columns are the sum of the parts.
    let mut marks = MAX_MARKS;
    for c in one.chars() {
        if is_combining_mark(c) {
            marks += 1;
            assert!(marks <= MAX_MARKS, "{text:?} left {one:?}");
        } else {
            marks = 0;
            assert!(c.width().unwrap_or(0) > 0, "{text:?} left {one:?}");
        }
    }
    assert_eq!(
        width::of(&format!("{one}|")),
        width::of(&one) + 1,
        "{text:?}"
    );
}

proptest! {
    #[test]
    fn any_text_comes_out_clean(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn hostile_text_comes_out_clean(text in proptest::collection::vec(
        prop_oneof![
            Just('\u{1b}'), Just('['), Just(']'), Just('m'), Just('\\'), Just('\u{7}'), Just('\n'), Just('\r'), Just('\t'),
            Just(' '), Just('a'), Just('Ã'), Just('â'), Just('\u{301}'), Just('\u{327}'), Just('\u{200d}'), Just('\u{202e}'),
            Just('\u{1100}'), Just('\u{1161}'), Just('\u{11a8}'), Just('👩'), Just('\u{1f3fd}'), Just('\u{fe0f}'), Just('\u{9c7}'),
            Just('\u{9be}'), proptest::char::range('\u{80}', '\u{bf}'), any::<char>(),
        ], 0..40)) {
        let text: String = text.into_iter().collect();
        check(&text);
    }

    #[test]
    fn bounded_text_keeps_its_bound(text in any::<String>(), max in 0_usize..20) {
        for cut in [line_max(&text, max), block_max(&text, max)] {
            prop_assert!(cut.chars().count() <= max);
            check(&cut);
        }
        prop_assert_eq!(line_max(&line_max(&text, max), max), line_max(&text, max));
        prop_assert_eq!(block_max(&block_max(&text, max), max), block_max(&text, max));
    }
}
