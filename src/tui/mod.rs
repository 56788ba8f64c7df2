//! The screens: keys in, facts out, and a picture of the state in between.
//!
//! One loop, four parts, none of which does another's work:
//!
//! - [`app`]: everything the screens know ([`app::App`]) as plain values.
//! - `update`: one [`msg::Msg`] in, the state changed, [`msg::Effect`]s out. No file, no clock.
//! - `view`: draws `&App` into a frame and changes nothing: `view::draw(&App, &mut Frame)`. It alone knows
//!   where things are, so it also answers what lies under a cell (`view::hit(&App, column, row) ->
//!   Option<Target>`, for the mouse) and how many rows a pane has (`view::rows(&App, Focus) -> usize`, for
//!   pages); both follow from `App.size` and the same layout that draws.
//! - `run`: the only terminal input and output. Waits on one channel, takes everything that waits,
//!   performs the effects, then draws once.
//!
//! Keys are looked up in one table, [`keymap::KEYMAP`]; the footer, the help and the README come from it.
//! What is on top of the board is a stack of [`modal::Modal`]s; each question is a [`form::Form`].

pub mod act;
pub mod answer;
pub mod app;
mod approving;
pub mod ask;
pub mod bell;
pub mod board;
pub mod case;
pub mod catch_up;
pub mod clip;
pub mod command_line;
pub mod console;
pub mod drafts;
pub mod drill;
pub mod editor;
pub mod find;
pub mod form;
pub mod give;
pub mod hashing;
pub mod head;
pub mod input;
pub mod intake;
pub mod keymap;
pub mod keys;
mod known;
pub mod leaving;
pub mod list;
mod listed;
pub mod listen;
pub mod markdown;
pub mod modal;
pub mod msg;
pub mod note;
pub mod page;
pub mod paste;
pub mod phase_dialog;
pub mod pick;
pub mod replay;
mod ruling;
pub mod run;
pub mod screens;
pub mod stats;
pub mod syncing;
pub mod text;
pub mod theme;
pub mod typing;
pub mod update;
pub mod view;
pub mod world;
