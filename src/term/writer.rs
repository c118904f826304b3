//! One buffered writer for everything that goes to the terminal.
//!
//! Invariant: inside a frame nothing is flushed before the frame ends, so that a frame of up to 64 KiB is one
//! write; a frame in which nothing changed writes no byte at all, not even the brackets of synchronized output. What a
//! line that does not block refuses is kept in order and offered again by [`FrameWriter::push`]; until it is taken no
//! frame should be drawn.

use std::io::{self, Write};

/// Size of the buffer in bytes. A full frame of 200x60 cells with colours is about a quarter of it.
pub const CAPACITY: usize = 64 * 1024;

/// Begin synchronized update (DEC private mode 2026): the terminal holds its picture until the end.
const BEGIN: &[u8] = b"\x1b[?2026h";
/// End synchronized update.
const END: &[u8] = b"\x1b[?2026l";

/// Where the writer is with respect to frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between frames: a flush goes through.
    Outside,
    /// In a frame that has not written anything yet.
    Waiting,
    /// In a frame whose opening bracket is in the buffer.
    Open,
}

/// How much was sent, for tests and for the diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Calls of the underlying `write`.
    pub writes: u64,
    /// Bytes.
    pub bytes: u64,
}

/// The buffered writer.
#[derive(Debug)]
pub struct FrameWriter<W: Write> {
    out: W,
    buffer: Vec<u8>,
    /// What the line has not taken yet.
    rest: Vec<u8>,
    phase: Phase,
    synchronized: bool,
    sent: Sent,
}

impl<W: Write> FrameWriter<W> {
    /// Wraps `out`; with `synchronized`, frames are bracketed with DEC 2026 (terminals that do not know it ignore it).
    pub fn new(out: W, synchronized: bool) -> Self {
        Self {
            out,
            buffer: Vec::with_capacity(CAPACITY),
            rest: Vec::new(),
            phase: Phase::Outside,
            synchronized,
            sent: Sent::default(),
        }
    }
    /// Begins a frame: from here on, flushes wait for [`FrameWriter::end`].
    pub fn begin(&mut self) {
        if self.phase == Phase::Outside {
            self.phase = Phase::Waiting;
        }
    }
    /// Ends the frame and sends it.
    ///
    /// # Errors
    /// Those of the terminal; the frame's bytes are dropped then.
    pub fn end(&mut self) -> io::Result<()> {
        if self.phase == Phase::Open && self.synchronized {
            self.buffer.extend_from_slice(END);
        }
        self.phase = Phase::Outside;
        self.send()?;
        self.out.flush()
    }
    /// Whether the line is full: it has not taken everything that was written.
    pub fn is_full(&self) -> bool {
        !self.rest.is_empty()
    }
    /// Offers again what the line has not taken. How many bytes it took now.
    ///
    /// # Errors
    /// Those of the terminal; what was left is dropped then.
    pub fn push(&mut self) -> io::Result<usize> {
        let rest = std::mem::take(&mut self.rest);
        let taken = self.offer(&rest)?;
        self.rest = rest;
        self.rest.drain(..taken);
        Ok(taken)
    }
    /// Drops what the line has not taken, before everything is painted anew.
    pub fn drop_rest(&mut self) {
        self.rest.clear();
    }
    /// What was sent since the start.
    pub fn sent(&self) -> Sent {
        self.sent
    }
    /// The underlying writer.
    pub fn get_ref(&self) -> &W {
        &self.out
    }
    /// The underlying writer, to change it in tests.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.sent.writes += 1;
        self.sent.bytes += u64::try_from(self.buffer.len()).unwrap_or(u64::MAX);
        let buffer = std::mem::take(&mut self.buffer);
        // In order: nothing overtakes what still waits.
        let taken = if self.rest.is_empty() {
            self.offer(&buffer)
        } else {
            Ok(0)
        };
        if let Ok(taken) = taken {
            self.rest
                .extend_from_slice(buffer.get(taken..).unwrap_or_default());
        }
        self.buffer = buffer;
        self.buffer.clear();
        taken.map(|_| ())
    }

    /// Writes as much as the line takes without waiting; all of it where the line blocks.
    fn offer(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
            match self.out.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => taken += n,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.phase == Phase::Waiting {
            self.phase = Phase::Open;
            if self.synchronized {
                self.buffer.extend_from_slice(BEGIN);
            }
        }
        if self.buffer.len() + bytes.len() > CAPACITY {
            self.send()?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        if self.phase == Phase::Outside {
            self.send()?;
            self.out.flush()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts writes.
    #[derive(Default)]
    struct Tape(Vec<Vec<u8>>);
    impl Write for Tape {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_frame_is_one_bracketed_write_however_often_it_is_flushed() {
        let mut w = FrameWriter::new(Tape::default(), true);
        w.begin();
        for _ in 0..100 {
            w.write_all(b"cell").unwrap();
            w.flush().unwrap();
        }
        w.end().unwrap();
        assert_eq!(w.get_ref().0.len(), 1);
        let frame = &w.get_ref().0[0];
        assert!(frame.starts_with(BEGIN) && frame.ends_with(END));
        assert_eq!(frame.len(), 400 + BEGIN.len() + END.len());
    }

    #[test]
    fn a_frame_without_changes_sends_nothing() {
        let mut w = FrameWriter::new(Tape::default(), true);
        w.begin();
        w.flush().unwrap();
        w.end().unwrap();
        assert!(w.get_ref().0.is_empty());
    }

    /// Takes so many bytes, then none.
    struct Narrow {
        room: usize,
        taken: Vec<u8>,
    }
    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let n = bytes.len().min(self.room);
            if n == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.room -= n;
            self.taken.extend_from_slice(&bytes[..n]);
            Ok(n)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_line_gets_the_rest_later_and_in_order() {
        let line = Narrow {
            room: 3,
            taken: Vec::new(),
        };
        let mut w = FrameWriter::new(line, false);
        w.begin();
        w.write_all(b"frame").unwrap();
        w.end().unwrap();
        assert!(w.is_full());
        w.write_all(b" title").unwrap();
        w.flush().unwrap();
        assert_eq!(w.push().unwrap(), 0);
        w.get_mut().room = 4;
        assert_eq!(w.push().unwrap(), 4);
        w.get_mut().room = 100;
        w.push().unwrap();
        assert!(!w.is_full());
        assert_eq!(w.get_ref().taken, b"frame title");
    }

    #[test]
    fn a_huge_frame_keeps_its_brackets_balanced() {
        let mut w = FrameWriter::new(Tape::default(), true);
        w.begin();
        for _ in 0..3 {
            w.write_all(&vec![b'x'; 40_000]).unwrap();
        }
        w.end().unwrap();
        let all = w.get_ref().0.concat();
        assert_eq!(all.len(), 120_000 + BEGIN.len() + END.len());
        assert!(all.starts_with(BEGIN) && all.ends_with(END));
    }
}
