//! The terminal as the loop needs it: draw, send bytes, step aside and come back.

use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};

/// What the loop needs of a terminal. The production loop runs on [`Tty`], in tests on a picture in memory.
pub trait Console {
    /// Draws one picture; only cells that changed are sent.
    ///
    /// # Errors
    /// The terminal is gone.
    fn draw(&mut self, picture: &mut dyn FnMut(&mut Frame<'_>)) -> io::Result<()>;

    /// Makes the next picture send every cell.
    ///
    /// # Errors
    /// The terminal is gone.
    fn redraw(&mut self) -> io::Result<()>;

    /// Sends bytes as they are: a bell, a text for the clipboard.
    ///
    /// # Errors
    /// The terminal is gone.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Has mouse clicks sent to us, or leaves them to the terminal.
    ///
    /// # Errors
    /// The terminal is gone.
    fn mouse(&mut self, on: bool) -> io::Result<()>;

    /// Gives the terminal back as it was.
    ///
    /// # Errors
    /// The terminal is gone.
    fn leave(&mut self) -> io::Result<()>;

    /// Takes it again.
    ///
    /// # Errors
    /// The terminal is gone.
    fn enter(&mut self) -> io::Result<()>;
}

/// The terminal this process runs in. Dropping it gives the terminal back.
pub struct Tty {
    terminal: Terminal<CrosstermBackend<BufWriter<io::Stdout>>>,
    mouse: bool,
}

/// Whether the terminal is ours. Giving it back twice would put the cursor over what was said in between.
static TAKEN: AtomicBool = AtomicBool::new(false);

impl Tty {
    /// Takes the terminal; a panic gives it back before it says anything.
    ///
    /// # Errors
    /// There is no terminal.
    pub fn take(mouse: bool) -> io::Result<Self> {
        let said = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            said(panic);
        }));
        // A picture leaves in one piece, not in the kilobytes of standard output.
        let out = BufWriter::with_capacity(64 * 1024, io::stdout());
        let terminal = Terminal::new(CrosstermBackend::new(out))?;
        let mut tty = Self { terminal, mouse };
        tty.enter()?;
        Ok(tty)
    }
}

/// Asks for clicks and the wheel, in the encoding that has no limit of columns. Not for movements: a mouse
/// that is pushed aside would wake us.
#[cfg(unix)]
fn catch_mouse(on: bool) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(if on { b"\x1b[?1000h\x1b[?1006h" } else { b"\x1b[?1006l\x1b[?1000l" })?;
    out.flush()
}

#[cfg(not(unix))]
fn catch_mouse(on: bool) -> io::Result<()> {
    use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
    if on { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) }
}

/// Puts the terminal back whatever state it is in. What cannot be written to a terminal that is gone is
/// nobody's loss.
fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let _ = catch_mouse(false);
    let _ =
        execute!(io::stdout(), DisableFocusChange, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.leave();
    }
}

impl Console for Tty {
    fn draw(&mut self, picture: &mut dyn FnMut(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| picture(frame)).map(|_| ())
    }

    fn redraw(&mut self) -> io::Result<()> {
        // Not `clear`: that asks the terminal where its cursor is, and not every terminal answers.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(bytes)?;
        out.flush()
    }

    fn mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        catch_mouse(on)
    }

    fn leave(&mut self) -> io::Result<()> {
        give_back();
        Ok(())
    }

    fn enter(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, cursor::Hide)?;
        if self.mouse {
            catch_mouse(true)?;
        }
        self.redraw()
    }
}
