//! Building blocks of conditions: comparing texts, numbers, dates and people in SQL.

use rusqlite::types::Value as SqlValue;

use super::Where;
use super::parse::Op;

/// A condition that is never true.
pub(crate) fn never() -> Where {
    Where {
        sql: "0".to_owned(),
        values: Vec::new(),
    }
}

/// A condition that is always true.
pub(crate) fn always() -> Where {
    Where {
        sql: "1".to_owned(),
        values: Vec::new(),
    }
}

/// A condition with one value.
pub(crate) fn one(sql: impl Into<String>, value: SqlValue) -> Where {
    Where {
        sql: sql.into(),
        values: vec![value],
    }
}

/// Compares a number column.
pub(crate) fn number(column: &str, op: Op, value: &str) -> Where {
    let bound = value
        .trim()
        .parse::<i64>()
        .map_or_else(|_| SqlValue::Text(value.to_owned()), SqlValue::Integer);
    match op {
        Op::Is => one(format!("{column} IS ?"), SqlValue::Null),
        Op::IsNot => one(format!("{column} IS NOT ?"), SqlValue::Null),
        Op::Like
        | Op::NotLike
        | Op::StartsWith
        | Op::NotStartsWith
        | Op::EndsWith
        | Op::NotEndsWith => text(&format!("CAST({column} AS TEXT)"), op, value),
        _ => one(format!("{column} {} ?", symbol(op)), bound),
    }
}

/// Compares a text column: ASCII letters without case, `%` and `_` are wildcards, as on the real desk
/// over SQLite.
pub(crate) fn text(column: &str, op: Op, value: &str) -> Where {
    let like = |pattern: String, negated: bool| {
        let not = if negated { "NOT " } else { "" };
        one(format!("{column} {not}LIKE ?"), SqlValue::Text(pattern))
    };
    match op {
        Op::Is => one(format!("{column} = ''  OR {column} IS ?"), SqlValue::Null),
        Op::IsNot => one(
            format!("{column} <> '' AND {column} IS NOT ?"),
            SqlValue::Null,
        ),
        Op::Like | Op::NotLike => like(format!("%{value}%"), op.negated()),
        Op::StartsWith | Op::NotStartsWith => like(format!("{value}%"), op.negated()),
        Op::EndsWith | Op::NotEndsWith => like(format!("%{value}"), op.negated()),
        _ => one(
            format!("{column} {} ? COLLATE NOCASE", symbol(op)),
            SqlValue::Text(value.to_owned()),
        ),
    }
}

/// Compares a time column; an unset time matches nothing but `IS NULL`.
pub(crate) fn date(column: &str, op: Op, second: i64, day: (i64, i64)) -> Result<Where, String> {
    let values = |numbers: &[i64]| {
        numbers
            .iter()
            .map(|number| SqlValue::Integer(*number))
            .collect()
    };
    Ok(match op {
        Op::Is => Where {
            sql: format!("{column} = 0"),
            values: Vec::new(),
        },
        Op::IsNot => Where {
            sql: format!("{column} <> 0"),
            values: Vec::new(),
        },
        Op::Equal => Where {
            sql: format!("{column} >= ? AND {column} < ?"),
            values: values(&[day.0, day.1]),
        },
        Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual => Where {
            sql: format!("{column} <> 0 AND {column} {} ?", symbol(op)),
            values: values(&[second]),
        },
        _ => return Err(format!("Invalid Date Op: {}", spelled(op))),
    })
}

/// The object is, or for a negated operator is not, among those of a sub-query.
pub(crate) fn member(column: &str, negated: bool, subquery: &str, inner: Where) -> Where {
    let not = if negated { "NOT " } else { "" };
    Where {
        sql: format!("{column} {not}IN ({subquery} ({}))", inner.sql),
        values: inner.values,
    }
}

/// The sign of a comparing operator.
pub(crate) fn symbol(op: Op) -> &'static str {
    match op {
        Op::NotEqual => "<>",
        Op::Less => "<",
        Op::LessEqual => "<=",
        Op::Greater => ">",
        Op::GreaterEqual => ">=",
        _ => "=",
    }
}

fn spelled(op: Op) -> &'static str {
    match op {
        Op::NotEqual => "!=",
        Op::Like => "LIKE",
        Op::NotLike => "NOT LIKE",
        Op::StartsWith => "STARTSWITH",
        Op::NotStartsWith => "NOT STARTSWITH",
        Op::EndsWith => "ENDSWITH",
        Op::NotEndsWith => "NOT ENDSWITH",
        _ => "=",
    }
}
