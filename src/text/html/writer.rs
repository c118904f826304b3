//! Lines of plain text with collapsed white space, quote marks and list bullets.

/// Quotes deeper than this are not marked deeper.
const MAX_QUOTES: usize = 6;

/// Line breaks written in a row.
const MAX_BREAKS: usize = 3;

/// Collects text; breaks are only written when text follows them.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
    /// Line breaks owed before the next text: 1 a new line, 2 a blank line between.
    breaks: usize,
    /// White space owed before the next text.
    gap: bool,
    /// Text has been written on this line (bullets and quote marks do not count).
    has_text: bool,
    quotes: usize,
    /// Quotes around the text written last.
    last_quotes: usize,
    preformatted: usize,
    bullet: Option<String>,
    /// `|` owed between two cells of a table.
    cell: bool,
}

impl Writer {
    /// Bytes written.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// A position for [`Self::since`].
    pub(super) fn mark(&self) -> usize {
        self.out.len()
    }

    /// What was written since `mark`.
    pub(super) fn since(&self, mark: usize) -> &str {
        self.out.get(mark..).unwrap_or_default()
    }

    /// Adds a character of running text.
    pub(super) fn text(&mut self, c: char) {
        if self.preformatted > 0 && c == '\n' {
            self.line_break();
            return;
        }
        if c.is_whitespace() && c != '\u{a0}' && (self.preformatted == 0 || c == '\r') {
            self.gap = true;
            return;
        }
        self.begin();
        self.out.push(if c == '\u{a0}' { ' ' } else { c });
        self.has_text = true;
    }

    /// Ends the line, an empty one too.
    pub(super) fn line_break(&mut self) {
        self.breaks = (self.breaks + 1).min(MAX_BREAKS);
        self.end_of_line();
    }

    /// Makes sure that what follows begins a line.
    pub(super) fn line(&mut self) {
        self.breaks = self.breaks.max(1);
        self.end_of_line();
    }

    /// Makes sure that what follows begins a line behind a blank one.
    pub(super) fn paragraph(&mut self) {
        self.breaks = self.breaks.max(2);
        self.end_of_line();
    }

    fn end_of_line(&mut self) {
        self.gap = false;
        self.cell = false;
        self.has_text = false;
    }

    /// Sets the bullet of the line that begins.
    pub(super) fn bullet(&mut self, bullet: &str) {
        self.bullet = Some(bullet.to_owned());
    }

    /// Begins a cell of a table row.
    pub(super) fn cell(&mut self) {
        self.cell = self.has_text;
    }

    /// Enters (1) or leaves (-1) a quote.
    pub(super) fn quote(&mut self, step: isize) {
        self.quotes = self.quotes.saturating_add_signed(step);
    }

    /// Enters (1) or leaves (-1) text whose white space counts.
    pub(super) fn preformatted(&mut self, step: isize) {
        self.preformatted = self.preformatted.saturating_add_signed(step);
    }

    /// Writes what is owed before text.
    fn begin(&mut self) {
        let mut is_new_line = self.out.is_empty();
        if self.breaks > 0 && !is_new_line {
            // A blank line belongs to the quote that goes on behind it.
            let around = self.quotes.min(self.last_quotes);
            for _ in 1..self.breaks {
                self.out.push('\n');
                self.quote_marks(around);
            }
            self.out.push('\n');
            is_new_line = true;
        }
        self.breaks = 0;
        if is_new_line {
            self.quote_marks(self.quotes);
            self.last_quotes = self.quotes;
            if let Some(bullet) = self.bullet.take() {
                self.out.push_str(&bullet);
            }
        } else if std::mem::take(&mut self.cell) {
            self.out.push_str(" | ");
        } else if self.gap {
            self.out.push(' ');
        }
        self.gap = false;
    }

    fn quote_marks(&mut self, depth: usize) {
        self.out
            .extend(std::iter::repeat_n("> ", depth.min(MAX_QUOTES)));
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.out
    }
}
