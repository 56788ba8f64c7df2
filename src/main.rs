//! The program: without a verb the screens, with one the shell.

use std::process::ExitCode;

use casebook::cli::{self, Handed, Shell, Throwaway};
use casebook::store::settings::{self, SettingsFile};
use casebook::store::{Series, Store, dumps, places, sizes};
use casebook::tui::app::{Banner, Me};
use casebook::tui::keymap;
use casebook::tui::run::{self, Left, Setup};
use casebook::tui::theme::{Colours, Letters, Theme};

/// musl's own is made to be small: reading a large store takes twice as long with it.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    dumps::forbid();
    sizes::survive();
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    cli::run(&args, Handed { keys: keymap::markdown, screens: Some(screens) })
}

/// Opens the screens at the place the shell has found.
fn screens(shell: Shell) -> ExitCode {
    let file = places::config().ok().and_then(|config| SettingsFile::read(&config).ok());
    let chosen = file.as_ref().map(|file| file.settings.clone()).unwrap_or_default();
    let mouse = match chosen.mouse {
        settings::Mouse::On => true,
        settings::Mouse::Off => false,
        settings::Mouse::Auto => std::env::var_os("SSH_CONNECTION").is_none(),
    };
    let away = Throwaway::new();
    let (demo_store, now) = (away.store(), shell.now);
    let setup = Setup {
        theme: theme(chosen.theme, &shell),
        playbooks: shell.playbooks(),
        duties: shell.duties(),
        me: Me { name: shell.by.clone(), role: shell.role.clone() },
        banner: if shell.demo { Banner::Demo } else { Banner::Real },
        series: if shell.demo { Series::Demo } else { Series::Inc },
        welcome: shell.unnamed && !shell.demo,
        settings: file.filter(|_| !shell.demo),
        zone: Some(shell.zone.clone()),
        here_zone: Some(cli::local_zone()),
        open: shell.at_hand(),
        begin: shell.begin.clone(),
        clock: shell.clock(),
        scenarios: shell.scenarios(),
        now_set: shell.now_set,
        seed: shell.seed(),
        demo: (!shell.demo).then(|| -> Box<dyn FnOnce() -> Result<Store, String>> {
            Box::new(move || cli::told(demo_store, now))
        }),
        store: shell.store,
    };
    match run::run(setup, mouse) {
        Ok(Left { unsaved: 0, .. }) => ExitCode::SUCCESS,
        Ok(left) => {
            let places: Vec<String> = left.rescued.iter().map(|path| path.display().to_string()).collect();
            let instead = if places.is_empty() { "nowhere else".to_owned() } else { places.join(", ") };
            let unsaved = left.unsaved;
            complain(&format!(
                "{unsaved} changes could not be brought to the disk; they are kept in {instead}."
            ))
        }
        Err(error) => complain(&format!("The screens cannot be opened on this terminal: {error}.")),
    }
}

fn complain(words: &str) -> ExitCode {
    eprintln!("casebook: {words}");
    ExitCode::from(1)
}

/// The look of the screens: what the settings say, as far as the terminal can show it.
fn theme(chosen: settings::Theme, shell: &Shell) -> Theme {
    let says = |name: &str| std::env::var(name).unwrap_or_default();
    let few = !says("TERM").contains("256") && says("COLORTERM").is_empty();
    // Terminals that tell their colours do it as `foreground;background`; 7 and 15 are light grounds.
    let light = matches!(says("COLORFGBG").rsplit(';').next(), Some("7" | "15"));
    let colours = match chosen {
        _ if !shell.colours => Colours::None,
        settings::Theme::None => Colours::None,
        _ if few => Colours::Sixteen,
        settings::Theme::Light => Colours::Light,
        settings::Theme::Auto if light => Colours::Light,
        settings::Theme::Auto | settings::Theme::Dark => Colours::Dark,
    };
    Theme::new(colours, if shell.ascii { Letters::Ascii } else { Letters::Unicode })
}
