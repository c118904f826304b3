//! Lists that are read by key instead of by page number.

use crate::desk::rt::RtDesk;
use crate::desk::rt::query::List;
use crate::desk::rt::wire::Page;
use crate::domain::outcome::Trouble;

/// Rows of a page; RT gives no more.
pub(super) const PAGE: usize = 100;

impl RtDesk {
    /// After which id a list that is read by key goes on; `None` at its end.
    ///
    /// Where RT counts, the count tells. Where it does not, rows may be hidden from us, so that a short or empty
    /// page is no end: only a look at the list's highest id is one.
    pub(super) async fn next_key(
        &self,
        path: &str,
        query: &str,
        page: &Page,
        last: u64,
    ) -> Result<Option<u64>, Trouble> {
        let highest = page.rows().map(|(id, _)| id).max();
        if let Some(total) = page.total {
            let is_whole = total <= u64::try_from(page.items.len()).unwrap_or(u64::MAX);
            return Ok(highest.filter(|_| !is_whole));
        }
        if highest.is_some() {
            return Ok(highest);
        }
        let ask = List::new(path)
            .query(format!("{query} AND id > {last}"))
            .descending()
            .per_page(PAGE);
        let top = self.api.page(&ask).await?;
        let more = top.rows().any(|(id, _)| id > last);
        // The page held a hundred hidden rows, and those take at least a hundred ids.
        Ok(more.then(|| last.saturating_add(PAGE as u64)))
    }
}
