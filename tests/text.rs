//! Text as the screen library sees it.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use vagt::text::{sanitize, width};

/// Columns that ratatui moves on when it draws `text`.
fn drawn(text: &str) -> usize {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 4000, 1));
    let (x, _) = buffer.set_stringn(0, 0, text, 4000, Style::new());
    usize::from(x)
}

#[test]
fn known_widths_are_those_of_the_screen() {
    for text in [
        "",
        "VPN",
        "møde på Åsane",
        "日本語",
        "👨\u{200d}👩\u{200d}👧",
        "👍🏽",
        "🇩🇰🇳",
        "☎\u{fe0f}",
        "ｶﾞﾟ",
        "a\tb\u{7}c",
        "e\u{301}",
        "لا",
    ] {
        assert_eq!(width::of(text), drawn(text), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_width_is_that_of_the_screen(text in any::<String>()) {
        prop_assert_eq!(width::of(&text), drawn(&text));
        let clean = sanitize::line(&text);
        prop_assert_eq!(width::of(&clean), drawn(&clean));
    }
}
