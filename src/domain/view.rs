//! How a saved pane shows its tickets: in which order, with which columns.

use serde::{Deserialize, Serialize};

/// An order of rows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// What wants a person first.
    #[default]
    Urgent,
    /// The newest first.
    Newest,
    /// What waits longest first.
    Oldest,
    /// What was changed last first.
    Changed,
}

impl Sort {
    /// All, in the order offered.
    pub const ALL: [Self; 4] = [Self::Urgent, Self::Newest, Self::Oldest, Self::Changed];
    /// The word in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Changed => "changed",
        }
    }
    /// What it means, in a few words.
    pub fn help(self) -> &'static str {
        match self {
            Self::Urgent => "due soon, then priority, then waiting longest, as all panes",
            Self::Newest => "the newest first",
            Self::Oldest => "what waits longest first",
            Self::Changed => "what was changed last first",
        }
    }
    /// Whether it is the order of every other pane.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
    /// The order of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == word)
    }
}

/// A column beside the subject of a wide row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// Who asked.
    Requester,
    /// When it was created.
    Since,
    /// The desk's word.
    Status,
    /// Who works on it.
    Owner,
    /// The queue.
    Queue,
    /// The priority number.
    Priority,
    /// The problem group.
    Group,
    /// When it was changed.
    Changed,
}

impl Column {
    /// All, in the order offered.
    pub const ALL: [Self; 8] = [
        Self::Requester,
        Self::Since,
        Self::Status,
        Self::Owner,
        Self::Queue,
        Self::Priority,
        Self::Group,
        Self::Changed,
    ];
    /// The columns of every other pane.
    pub const USUAL: [Self; 4] = [Self::Requester, Self::Since, Self::Status, Self::Owner];
    /// The word in the configuration and above the column.
    pub fn word(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Since => "since",
            Self::Status => "status",
            Self::Owner => "owner",
            Self::Queue => "queue",
            Self::Priority => "priority",
            Self::Group => "group",
            Self::Changed => "changed",
        }
    }
    /// The column of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }
    /// Columns as words with blanks or commas between them, each once.
    ///
    /// # Errors
    /// The first word that is none.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, String> {
        let words = text.split([' ', ',']).filter(|word| !word.is_empty());
        let mut columns = Vec::new();
        for word in words {
            let column = Self::parse(word).ok_or_else(|| word.to_owned())?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        Ok(columns)
    }
}

/// How a pane shows its tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The order.
    pub sort: Sort,
    /// The columns of a wide row.
    pub columns: Vec<Column>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            sort: Sort::default(),
            columns: Column::USUAL.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back() {
        for sort in Sort::ALL {
            assert_eq!(Sort::parse(sort.word()), Some(sort));
        }
        let all: Vec<&str> = Column::ALL.iter().map(|c| c.word()).collect();
        assert_eq!(Column::parse_all(&all.join(", ")), Ok(Column::ALL.to_vec()));
        assert_eq!(Column::parse_all("owner  owner"), Ok(vec![Column::Owner]));
        assert_eq!(Column::parse_all("owner, sitt"), Err("sitt".to_owned()));
    }
}
