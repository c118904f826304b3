//! Personal numbers that belong to nobody.
//!
//! Norway: synthetic numbers have 80 added to the month (the tax administration's test population).
//! Sweden: the tax agency keeps the serial numbers 2380 to 2399 of a birthday for tests. Denmark has no
//! range for tests: with a seventh digit from 5 to 8 the years 37 to 57 mean 2037 to 2057, and nobody
//! is born yet.

use rand::rngs::StdRng;

use super::chance::between;

/// A number as somebody of this language writes it.
pub(crate) fn personal(lang: &str, rng: &mut StdRng) -> String {
    let (day, month) = (between(rng, 1, 28), between(rng, 1, 12));
    match lang {
        "nb" | "nn" => norwegian(day, month, rng),
        "sv" => {
            let head = format!(
                "{:02}{month:02}{day:02}{}",
                between(rng, 50, 99),
                between(rng, 238, 239)
            );
            format!(
                "{}-{}{}",
                head.get(..6).unwrap_or_default(),
                head.get(6..).unwrap_or_default(),
                luhn(&head)
            )
        }
        _ => format!(
            "{day:02}{month:02}{:02}-{:04}",
            between(rng, 37, 57),
            between(rng, 5_000, 8_999)
        ),
    }
}

fn norwegian(day: i64, month: i64, rng: &mut StdRng) -> String {
    loop {
        let head = format!(
            "{day:02}{:02}{:02}{:03}",
            month + 80,
            between(rng, 50, 99),
            between(rng, 0, 499)
        );
        let first = check(&head, &[3, 7, 6, 1, 8, 9, 4, 5, 2]);
        let second = first.and_then(|first| {
            check(&format!("{head}{first}"), &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
                .map(|second| (first, second))
        });
        // One in eleven heads has no check digit and is never given out.
        if let Some((first, second)) = second {
            return format!(
                "{} {}{first}{second}",
                head.get(..6).unwrap_or_default(),
                head.get(6..).unwrap_or_default()
            );
        }
    }
}

fn check(digits: &str, weights: &[u32]) -> Option<u32> {
    let sum: u32 = digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    match (11 - sum % 11) % 11 {
        10 => None,
        digit => Some(digit),
    }
}

fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| {
            let double = digit * if place % 2 == 0 { 2 } else { 1 };
            double / 10 + double % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;
    use crate::text::mask::mask;

    #[test]
    fn they_look_like_numbers_and_belong_to_nobody() {
        let mut rng = StdRng::seed_from_u64(3);
        for lang in ["da", "nb", "nn", "sv", "en"] {
            for _ in 0..200 {
                let number = personal(lang, &mut rng);
                assert!(
                    mask(&number).contains("****"),
                    "{lang} {number} would not be masked"
                );
                let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
                match lang {
                    "nb" | "nn" => assert!(digits[2] >= 8, "{number} is no synthetic number"),
                    "sv" => assert!(
                        number.contains("-238") || number.contains("-239"),
                        "{number}"
                    ),
                    _ => {
                        let year = digits[4] * 10 + digits[5];
                        assert!(
                            (37..=57).contains(&year) && (5..=8).contains(&digits[6]),
                            "{number}"
                        );
                    }
                }
            }
        }
    }
}
