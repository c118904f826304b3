//! Addresses of the web in running text.

/// What an address begins with.
const BEGINNINGS: [&str; 2] = ["https://", "http://"];

/// The http and https addresses in a text, in order. Punctuation behind one, and brackets around it, are not part of it.
pub fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
        .filter_map(|word| {
            let at = BEGINNINGS.iter().filter_map(|b| word.find(b)).min()?;
            let address = word.get(at..)?;
            let end = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | ']' | '}');
            let address = address.trim_end_matches(end);
            // A bracket closes the address only if it opened in it.
            let address = match address.strip_suffix(')') {
                Some(inside) if !inside.contains('(') => inside.trim_end_matches(end),
                _ => address,
            };
            let rest = BEGINNINGS.iter().find_map(|b| address.strip_prefix(b))?;
            (!rest.is_empty()).then_some(address)
        })
}

#[cfg(test)]
mod tests {
    use super::addresses;
    use proptest::prelude::*;

    #[test]
    fn addresses_end_where_a_reader_ends_them() {
        let text = "Se https://mitid.dk/hjælp?x=1, (http://a.no/b) og <https://c.se>. Også https://d.dk/e_(f) https://";
        let found: Vec<&str> = addresses(text).collect();
        assert_eq!(
            found,
            [
                "https://mitid.dk/hjælp?x=1",
                "http://a.no/b",
                "https://c.se",
                "https://d.dk/e_(f)"
            ]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            for address in addresses(&text) {
                prop_assert!(text.contains(address));
            }
        }
    }
}
