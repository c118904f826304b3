use super::*;
use proptest::prelude::*;

#[test]
fn known_documents() {
    for (html, text) in [
        ("plain & simple", "plain & simple"),
        ("a<br>b<br/>c</br>d", "a\nb\nc\nd"),
        ("a<br><br>b", "a\n\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div><div>a</div></div>\n<div>b</div>", "a\nb"),
        ("a\n   b\t c", "a b c"),
        (
            "<html><head><title>t</title><style>p{}</style></head><body>x</body></html>",
            "x",
        ),
        ("<head><meta charset=utf-8><body>x", "x"),
        ("<head>x", "x"),
        ("a<script>if (a < b) { '</p>' }</script>b", "ab"),
        ("a<SCRIPT>x</ScRiPt >b", "ab"),
        ("a<!-- x > y -->b<!---->c", "abc"),
        (
            "a<!--[if mso]><p>x</p><![endif]-->b<![if !vml]>c<![endif]>",
            "abc",
        ),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        (
            "<ol><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ol>e",
            "1. a\n2. b\n  - c\n3. d\n\ne",
        ),
        (
            "hej<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d",
            "hej\n\n> a\n> b\n>\n> > c\n\nd",
        ),
        ("<a href='https://x.dk/'>x.dk</a>", "x.dk"),
        (
            "<a href=https://evil.example/login>https://bank.dk</a>",
            "https://bank.dk <https://evil.example/login>",
        ),
        ("<a href='javascript:alert(1)'>klik</a>", "klik"),
        ("<a href='java&#115;cript:alert(1)'>klik</a>", "klik"),
        ("<a href='mailto:a@b.dk'>a@b.dk</a>", "a@b.dk"),
        (
            "<a title=\"a>b\" href=\"https://x.dk/?a=1&amp;b=2\">her</a>",
            "her <https://x.dk/?a=1&b=2>",
        ),
        ("<img alt='logo' src=x><img src=y>", "[logo]"),
        (
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
            "a | b\nc",
        ),
        ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        (
            "m&oslash;te &aring; &AElig; &#248; &#xF8; &#x80; &nbsp;x &unknown; &lt;b&gt; AT&T",
            "møte å Æ ø ø €  x &unknown; <b> AT&T",
        ),
        ("&#27;[31mred&#x1b;]0;t&#7;", "red"),
        ("&#0;&#xD800;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}"),
        ("a < b and c > d", "a < b and c > d"),
        ("a <b", "a <b"),
        ("x<br", "x<br"),
        ("<b title='unclosed>a</b> b", "a b"),
        ("<>a</>b</ c>", "<>a</>b</ c>"),
        ("<p", "<p"),
        ("", ""),
        ("<o:p>a</o:p>", "a"),
    ] {
        assert_eq!(to_text(html), text, "{html}");
    }
}

#[test]
fn hostile_documents_take_linear_time() {
    let n = 200_000;
    for html in [
        "<".repeat(n),
        "<a ".repeat(n),
        "<a \"".repeat(n),
        "<a href=\"".repeat(n),
        "<a b='>\"".repeat(n),
        "<!--".repeat(n),
        "<head>".repeat(n),
        "<script>".repeat(n),
        "</script".repeat(n),
        "<blockquote>x".repeat(n),
        "<ul><li>".repeat(n),
        "<a href=http://x>".repeat(n),
        "&".repeat(n),
        "&#".repeat(n),
        "&#1".repeat(n),
        "<br>".repeat(n),
        "<td>x".repeat(n),
        format!("<a {}>", "x ".repeat(n)),
        format!("<a {}>", "=".repeat(n)),
        format!("<a href={}>", "&amp;".repeat(n)),
    ] {
        let started = std::time::Instant::now();
        let text = to_text(&html);
        assert!(text.chars().count() <= MAX_TEXT);
        let head: String = html.chars().take(20).collect();
        assert!(
            started.elapsed().as_secs() < 5,
            "{head} took {:?}",
            started.elapsed()
        );
    }
}

#[test]
fn the_result_is_bounded() {
    let text = to_text_max(&"ord ".repeat(100_000), 100);
    assert_eq!(text.chars().count(), 100);
    assert!(text.ends_with('…'));
}

proptest! {
    #[test]
    fn any_soup_becomes_clean_text(parts in proptest::collection::vec(
        prop_oneof![
            Just("<"), Just(">"), Just("<p>"), Just("</p>"), Just("<a href='"), Just("\""), Just("'"), Just("<!--"), Just("-->"),
            Just("<script>"), Just("</script>"), Just("&#"), Just("&amp;"), Just("27;"), Just("<ol><li>"), Just("</ol>"), Just("<pre>"),
            Just("\n"), Just(" "), Just("ø"), Just("\u{1b}["), Just("<blockquote>"), Just("</blockquote>"), Just("<td>"), Just("x"),
        ], 0..40)) {
        let text = to_text(&parts.concat());
        prop_assert_eq!(sanitize::block(&text), text);
    }

    #[test]
    fn any_text_survives(html in any::<String>()) {
        let _ = to_text(&html);
    }
}

/// What a library was seen to hang at, to refuse or to panic at (`docs/decisions/0007`).
#[test]
fn nesting_and_tables_lose_no_text() {
    let deep = |open: &str, n: usize| format!("{}VPN er nede", open.repeat(n));
    let table =
        "<table><tr><td colspan=4000000000>VPN er nede</td><td rowspan=100000>x</td></tr></table>";
    for html in [
        deep("<div>", 100_000),
        deep("<blockquote>", 20_000),
        deep("<ul><li>", 20_000),
        deep("<table><tr><td>", 20_000),
        table.to_owned(),
    ] {
        let started = std::time::Instant::now();
        let text = to_text(&html);
        let head: String = html.chars().take(20).collect();
        assert!(text.contains("VPN er nede"), "{head}");
        assert!(started.elapsed().as_secs() < 2, "{head}");
    }
}
