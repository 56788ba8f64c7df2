//! Drills as people play them: whole plays, act by act, through the shell and through the screens. What is
//! typed stands in `tests/plays/SCENARIO/*.play`: a minute of the exercise clock and the line of that minute.

mod keys;
mod player;
mod rules;
mod script;
mod shell;
mod tour;
