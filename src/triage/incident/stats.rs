//! The few distributions that the engine needs, in logarithms so that nothing underflows.

/// A count as a number; counts here are far below 2³².
pub(crate) fn real(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// A span in seconds as a number.
pub(crate) fn seconds(n: i64) -> f64 {
    f64::from(i32::try_from(n).unwrap_or(if n < 0 { i32::MIN } else { i32::MAX }))
}

/// Logarithm of the gamma function, for arguments above zero (Lanczos, g = 7: fifteen digits).
pub(crate) fn ln_gamma(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let mut sum = 0.999_999_999_999_809_9;
    let mut at = x;
    for coefficient in COEFFICIENTS {
        at += 1.0;
        sum += coefficient / at;
    }
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// Logarithm of the number of choices of `k` among `n`.
pub(crate) fn ln_choose(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

/// How surprising it is to count `n` or more where `mean` are expected and the mean itself is uncertain:
/// -ln P(N ≥ n) of a negative binomial with this mean and shape (an infinite shape would be Poisson).
/// Zero when `n` is not above the mean.
pub(crate) fn surprise(n: usize, mean: f64, shape: f64) -> f64 {
    let n = real(n);
    let mean = mean.max(1e-9);
    let shape = shape.clamp(0.05, 1e7);
    if n <= mean {
        return 0.0;
    }
    let q = mean / (mean + shape);
    let first =
        ln_gamma(n + shape) - ln_gamma(shape) - ln_gamma(n + 1.0) - shape * (mean / shape).ln_1p()
            + n * q.ln();
    let (mut sum, mut term, mut k) = (1.0, 1.0, n);
    for _ in 0..4_000 {
        term *= (k + shape) / (k + 1.0) * q;
        sum += term;
        k += 1.0;
        if term < sum * 1e-9 {
            break;
        }
    }
    (-(first + f64::ln(sum))).max(0.0)
}

/// One-sided Fisher: the chance to find `inside` or more with a value among `inside_of`, when `fleet` of
/// `fleet_of` have it (hypergeometric). 1 where the counts make no sense.
pub(crate) fn fisher(inside: usize, inside_of: usize, fleet: usize, fleet_of: usize) -> f64 {
    if inside == 0 || inside_of > fleet_of || fleet > fleet_of || inside > inside_of.min(fleet) {
        return 1.0;
    }
    let (of, all, with) = (real(inside_of), real(fleet_of), real(fleet));
    let total = ln_choose(all, of);
    let mut p = 0.0;
    for k in inside..=inside_of.min(fleet) {
        let k = real(k);
        if of - k > all - with {
            continue;
        }
        p += (ln_choose(with, k) + ln_choose(all - with, of - k) - total).exp();
    }
    p.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-6 * b.abs().max(1.0), "{a} {b}");
    }

    #[test]
    fn the_gamma_function_is_the_factorial() {
        close(ln_gamma(5.0), 24_f64.ln());
        close(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        close(ln_gamma(101.0), 363.739_375_555_563_5);
    }

    #[test]
    fn a_certain_mean_is_poisson_and_an_uncertain_one_surprises_less() {
        // P(N ≥ 5 | 1) of Poisson
        close((-surprise(5, 1.0, 1e7)).exp(), 0.003_659_846);
        assert!(surprise(10, 1.0, 4.0) < surprise(10, 1.0, 40.0));
        close(surprise(1, 2.0, 4.0), 0.0);
    }

    #[test]
    fn fisher_by_hand() {
        // 3 of 3 with it, 3 of 6 in all: 1/20
        close(fisher(3, 3, 3, 6), 0.05);
        close(fisher(2, 3, 3, 6), 0.5);
        close(fisher(0, 3, 3, 6), 1.0);
        close(fisher(4, 3, 3, 6), 1.0);
        assert!(fisher(20, 24, 301, 1204) < 1e-7);
    }
}
