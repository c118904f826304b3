//! When the next frame may be drawn, so that no frames queue up in front of a slow line.
//!
//! A terminal does not say how fast its line is, and the system takes some 20 kB before a write is refused: two seconds
//! of a line of 10 kB/s, in which a person looks at where the cursor was. So the bytes under way are estimated. Until
//! the line has shown that it is faster it counts as one of 10 kB/s, and while a key is held the next frame waits until
//! little is under way; keys pressed one by one are never kept waiting. A line that refused bytes is slow for every
//! frame, until it has been well for a while.
//!
//! Invariant: time is passed in; the first frame after a rest is never kept back. Start at [`Pace::ready_at`].

use std::time::{Duration, Instant};

/// Bytes a second that are counted on: the slowest line that the console is made for has 10 kB/s (a bad 4G or satellite
/// link), of which something is lost on the way.
const SLOW: f64 = 7_000.0;
/// Bytes a second of a terminal on this machine, at least.
const NEAR: f64 = 1_000_000.0;
/// Bytes under way at which another frame may still be drawn: a third of a second of a slow line.
const LITTLE: f64 = 2_500.0;
/// More than the system takes for a terminal before it refuses (20 kB on Linux, less elsewhere): a line that took as much
/// beyond its supposed rate is faster than that.
const TAKEN_AT_MOST: f64 = 32_000.0;
/// What is under way when the line has just taken what it had refused.
const FULL: f64 = 20_000.0;
/// Longest wait for a line, seconds: an estimate may be wrong.
const LONGEST: f64 = 3.0;
/// How long a line that refused bytes counts as slow for every frame.
const WARY: Duration = Duration::from_secs(30);
/// Longest gap between two presses of a held key. The slowest usual repeat is 10 a second.
const REPEAT: Duration = Duration::from_millis(120);
/// So many presses in a row are a held key.
const HELD: u32 = 8;
/// How long after its last press a held key still counts: what it caused is still being drawn.
const ECHO: Duration = Duration::from_secs(1);
/// How long after a key (or another size) frames follow each other as fast as the terminal takes them.
const ATTENTION: Duration = Duration::from_secs(1);
/// Gap between frames that no key asked for: news are as well read five times a second as sixty.
const CALM: Duration = Duration::from_millis(200);

/// What is known of the line beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The configuration says that it is slow; nothing proves otherwise.
    Slow,
    /// Nothing.
    Unknown,
    /// The terminal is on this machine.
    Near,
}

/// What is known about the line and the keys.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Shortest gap between frames.
    gap: Duration,
    line: Line,
    /// Bytes a second that the line takes at least.
    rate: f64,
    /// Bytes under way at `at`, estimated.
    queued: f64,
    at: Option<Instant>,
    last_frame: Option<Instant>,
    attended: Option<Instant>,
    last_key: Option<Instant>,
    presses: u32,
    held_at: Option<Instant>,
    /// Since when the line refuses bytes, and how many it has taken since.
    full: Option<(Instant, usize)>,
    refused_at: Option<Instant>,
}

impl Pace {
    /// For so many frames a second at most.
    pub fn new(frames_per_second: u32, line: Line) -> Self {
        Self {
            gap: Duration::from_micros(1_000_000 / u64::from(frames_per_second.max(1))),
            line,
            rate: if line == Line::Near { NEAR } else { SLOW },
            queued: 0.0,
            at: None,
            last_frame: None,
            attended: None,
            last_key: None,
            presses: 0,
            held_at: None,
            full: None,
            refused_at: None,
        }
    }
    /// Somebody did something at the terminal.
    pub fn attend(&mut self, now: Instant) {
        self.attended = Some(now);
    }
    /// A key was pressed; `same`: the one before it was the same.
    pub fn pressed(&mut self, same: bool, now: Instant) {
        let soon = |at: Instant| now.duration_since(at) <= REPEAT;
        self.presses = if same && self.last_key.is_some_and(soon) {
            self.presses.saturating_add(1)
        } else {
            1
        };
        self.last_key = Some(now);
        self.attend(now);
        if self.presses >= HELD {
            self.held_at = Some(now);
        }
    }
    /// A frame was drawn. `full`: the line did not take all of its bytes.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub fn drawn(&mut self, bytes: u64, full: bool, now: Instant) {
        self.queued = self.under_way(now) + bytes as f64;
        self.at = Some(now);
        self.last_frame = Some(now);
        if full {
            self.full.get_or_insert((now, 0));
            self.refused_at = Some(now);
        } else if self.queued > TAKEN_AT_MOST && self.line != Line::Slow {
            self.rate *= 4.0;
            self.queued = 0.0;
        }
    }
    /// The line was offered again what it had refused. `full`: it still has not taken all of it.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub fn pushed(&mut self, taken: usize, full: bool, now: Instant) {
        let Some((since, so_far)) = self.full else {
            return;
        };
        let taken = so_far + taken;
        self.full = full.then_some((since, taken));
        self.refused_at = Some(now);
        if !full {
            let seconds = now.duration_since(since).as_secs_f64().max(0.001);
            self.rate = (taken as f64 / seconds).clamp(SLOW / 10.0, SLOW * 10.0);
            (self.queued, self.at) = (FULL, Some(now));
        }
    }
    /// When the next frame may be drawn, as far as is known.
    pub fn ready_at(&self, now: Instant) -> Instant {
        let within =
            |at: Option<Instant>, time| at.is_some_and(|at| now.duration_since(at) <= time);
        let gap = if within(self.attended, ATTENTION) {
            self.gap
        } else {
            CALM.max(self.gap)
        };
        let by_gap = self.last_frame.map_or(now, |at| at + gap);
        let paced =
            self.line == Line::Slow || within(self.held_at, ECHO) || within(self.refused_at, WARY);
        if !paced {
            return by_gap;
        }
        let too_many = self.under_way(now) - LITTLE;
        if too_many <= 0.0 {
            return by_gap;
        }
        let wait = (too_many / self.rate).min(LONGEST);
        by_gap.max(now + Duration::from_secs_f64(wait))
    }

    fn under_way(&self, now: Instant) -> f64 {
        let passed = self
            .at
            .map_or(0.0, |at| now.duration_since(at).as_secs_f64());
        (self.queued - passed * self.rate).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICK: Duration = Duration::from_millis(1);

    /// A line that takes 20 kB and passes so many bytes a second on.
    struct Wire {
        rate: f64,
        held: f64,
        rest: f64,
    }

    impl Wire {
        fn new(rate: f64) -> Self {
            Self {
                rate,
                held: 0.0,
                rest: 0.0,
            }
        }
        fn pass(&mut self) {
            self.held = (self.held - self.rate * TICK.as_secs_f64()).max(0.0);
        }
        fn take(&mut self, bytes: f64) -> usize {
            let n = bytes.min(20_000.0 - self.held);
            self.held += n;
            self.rest = bytes - n;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a test"
            )]
            let n = n as usize;
            n
        }
    }

    /// Holds a key for five seconds. Gives back for how long output went on after it, in seconds, and how many frames
    /// were drawn.
    fn hold(line: &mut Wire, per_second: u32, bytes: u64, jump: u64) -> (f64, u32) {
        let begin = Instant::now();
        let mut pace = Pace::new(60, Line::Unknown);
        let (mut now, mut next_key, mut keys, mut shown, mut frames) = (begin, begin, 0, 0, 0);
        let end = begin + Duration::from_secs(5);
        loop {
            line.pass();
            if now < end && now >= next_key {
                pace.pressed(keys > 0, now);
                keys += 1;
                next_key += Duration::from_secs(1) / per_second;
            }
            if line.rest > 0.0 {
                let taken = line.take(line.rest);
                pace.pushed(taken, line.rest > 0.0, now);
            } else if shown < keys && pace.ready_at(now) <= now {
                let size = if shown / 9 == keys / 9 { bytes } else { jump };
                #[expect(clippy::cast_precision_loss, reason = "a test")]
                line.take(size as f64);
                pace.drawn(size, line.rest > 0.0, now);
                (shown, frames) = (keys, frames + 1);
            }
            if now > end && shown == keys && line.rest == 0.0 {
                let left = line.held / line.rate;
                return (now.duration_since(end).as_secs_f64() + left, frames);
            }
            now += TICK;
        }
    }

    #[test]
    fn output_ends_within_a_second_of_a_held_key() {
        for (per_second, bytes, jump) in [
            (10, 300, 3_000),
            (30, 300, 3_000),
            (60, 300, 3_000),
            (30, 3_000, 3_000),
        ] {
            let mut line = Wire::new(9_000.0);
            let (goes_on, frames) = hold(&mut line, per_second, bytes, jump);
            assert!(
                goes_on < 1.0,
                "{per_second} keys a second: {goes_on} s after {frames} frames"
            );
            assert!(frames > 12, "and the picture moves: {frames} frames");
        }
    }

    #[test]
    fn a_light_hold_draws_every_key() {
        let (_, frames) = hold(&mut Wire::new(1e6), 30, 200, 200);
        assert!(frames >= 149, "{frames} frames for 150 keys");
    }

    #[test]
    fn keys_one_by_one_are_drawn_at_once_whatever_is_under_way() {
        let begin = Instant::now();
        let mut pace = Pace::new(60, Line::Unknown);
        for n in 0..20 {
            let now = begin + n * Duration::from_millis(200);
            pace.pressed(true, now);
            assert!(pace.ready_at(now) <= now);
            pace.drawn(1_500, false, now);
        }
    }

    #[test]
    fn a_line_that_takes_more_than_a_slow_one_can_counts_as_fast() {
        let begin = Instant::now();
        let mut pace = Pace::new(60, Line::Unknown);
        for n in 0..3_u32 {
            pace.drawn(20_000, false, begin + n * TICK);
        }
        let mut now = begin + Duration::from_secs(3);
        for _ in 0..40 {
            now += Duration::from_millis(33);
            pace.pressed(true, now);
            assert!(pace.ready_at(now) <= now);
            pace.drawn(700, false, now);
        }
        let mut slow = Pace::new(60, Line::Slow);
        for n in 0..3_u32 {
            slow.drawn(20_000, false, begin + n * TICK);
        }
        let later = begin + Duration::from_secs(3);
        assert!(slow.ready_at(later) > later, "told to be slow, it stays so");
    }

    #[test]
    fn a_line_that_refused_is_given_time_and_trusted_again_later() {
        let begin = Instant::now();
        let mut pace = Pace::new(60, Line::Unknown);
        pace.pressed(false, begin);
        pace.drawn(25_000, true, begin);
        let later = begin + Duration::from_millis(500);
        pace.pushed(5_000, false, later);
        let wait = pace.ready_at(later).duration_since(later);
        assert!(
            wait > Duration::from_secs(1) && wait < Duration::from_secs(3),
            "{wait:?} for what is under way"
        );
        let much_later = later + WARY + TICK;
        pace.pressed(false, much_later);
        assert!(pace.ready_at(much_later) <= much_later);
    }

    #[test]
    fn news_that_no_key_asked_for_are_drawn_five_times_a_second() {
        let begin = Instant::now();
        let mut pace = Pace::new(60, Line::Unknown);
        assert!(pace.ready_at(begin) <= begin, "the first at once");
        pace.drawn(100, false, begin);
        let soon = begin + Duration::from_millis(50);
        assert_eq!(pace.ready_at(soon), begin + CALM);
        pace.pressed(false, soon);
        assert!(pace.ready_at(soon) <= soon);
    }
}
