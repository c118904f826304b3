//! Training texts: labelled tickets in a form that people can write by the hundred.
//!
//! ```text
//! # comment
//! @ vpn login da        group, other groups that are also right, language
//! Subject || Body, with \n for a line break
//! Only a body
//! ```

use crate::domain::ids::GroupId;

/// One labelled text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The title.
    pub subject: String,
    /// The first message.
    pub body: String,
    /// The right group.
    pub label: GroupId,
    /// Groups that are right, too.
    pub also: Vec<GroupId>,
    /// Language code.
    pub lang: String,
    /// Who wrote it: the name of the file.
    pub author: String,
}

/// Reads the texts of one author. The error names the line and what was expected.
pub fn read(author: &str, text: &str) -> Result<Vec<Example>, String> {
    let mut examples = Vec::new();
    let mut head: Option<(GroupId, Vec<GroupId>, String)> = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let wrong = |what: &str| Err(format!("{author}:{}: expected {what}", at + 1));
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(words) = line.strip_prefix("@ ") {
            let words: Vec<&str> = words.split_whitespace().collect();
            let Some((lang, groups)) = words.split_last().filter(|(_, groups)| !groups.is_empty())
            else {
                return wrong("\"@ group … language\"");
            };
            if let Some(unknown) = groups
                .iter()
                .find(|group| !GroupId::BUILT_IN.contains(group))
            {
                return wrong(&format!("a built-in group, found \"{unknown}\""));
            }
            let mut groups = groups.iter().map(|group| GroupId::from(*group));
            let label = groups.next().unwrap_or_else(GroupId::other);
            head = Some((label, groups.collect(), (*lang).to_owned()));
            continue;
        }
        let Some((label, also, lang)) = &head else {
            return wrong("a line \"@ group language\" before the first text");
        };
        let (subject, body) = line.split_once("||").unwrap_or(("", line));
        examples.push(Example {
            subject: subject.trim().to_owned(),
            body: body.trim().replace("\\n", "\n"),
            label: label.clone(),
            also: also.clone(),
            lang: lang.clone(),
            author: author.to_owned(),
        });
    }
    Ok(examples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_hold_for_the_lines_below_them() {
        let text = "# who\n@ vpn login da\nEmne || a\\nb\nbare tekst\n@ other en\nThanks || ";
        let examples = read("x", text).unwrap();
        let seen: Vec<_> = examples
            .iter()
            .map(|e| {
                (
                    e.label.as_str(),
                    e.also.len(),
                    e.lang.as_str(),
                    e.subject.as_str(),
                    e.body.as_str(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("vpn", 1, "da", "Emne", "a\nb"),
                ("vpn", 1, "da", "", "bare tekst"),
                ("other", 0, "en", "Thanks", ""),
            ]
        );
    }

    #[test]
    fn errors_name_the_line() {
        for (text, error) in [
            (
                "text",
                "x:1: expected a line \"@ group language\" before the first text",
            ),
            ("\n@ da", "x:2: expected \"@ group … language\""),
            ("@ vnp da", "x:1: expected a built-in group, found \"vnp\""),
        ] {
            assert_eq!(read("x", text).unwrap_err(), error);
        }
    }
}
