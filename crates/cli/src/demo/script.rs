//! What happens in the demo, and when: an opening that shows everything once, then whatever chance brings.

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use std::collections::VecDeque;
use std::time::Duration;

/// The languages of the audience, the most common first.
pub(super) const LANGUAGES: [&str; 10] = ["es", "fr", "de", "pt", "it", "ja", "uk", "zh-Hant", "sv", "ar"];

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    /// So many listeners arrive, in these languages by turns.
    Arrive { count: usize, languages: Vec<&'static str> },
    /// So many leave.
    Leave { count: usize },
    /// So many lose their connection for a moment, and come back.
    Blip { count: usize },
    /// So many change to another language.
    Switch { count: usize, to: &'static str },
    /// The speaker asks for the status.
    Ask,
    /// The speaker pauses.
    Pause,
    /// The speaker goes on.
    Resume,
}

/// A scene and its moment after the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Act {
    pub(super) at: Duration,
    pub(super) scene: Scene,
}

/// The acts, without end.
#[derive(Debug)]
pub(super) struct Script {
    random: StdRng,
    wanted: usize,
    /// How many listeners there should be by now.
    present: usize,
    /// When the last act was.
    now: Duration,
    opening: VecDeque<Act>,
    is_paused: bool,
}

impl Script {
    /// A script for about so many listeners; the same seed gives the same script.
    pub(super) fn new(seed: u64, listeners: u16) -> Self {
        let wanted = usize::from(listeners);
        Self {
            random: StdRng::seed_from_u64(seed),
            wanted,
            present: 0,
            now: Duration::ZERO,
            opening: opening(wanted),
            is_paused: false,
        }
    }

    /// The next act.
    pub(super) fn next_act(&mut self) -> Act {
        let act = match self.opening.pop_front() {
            Some(act) => act,
            None => {
                let at = self.now + Duration::from_millis(self.random.random_range(1_800..5_000));
                Act { at, scene: self.improvise() }
            }
        };
        self.now = act.at;
        match &act.scene {
            Scene::Arrive { count, .. } => self.present += count,
            Scene::Leave { count } => self.present = self.present.saturating_sub(*count),
            Scene::Pause => self.is_paused = true,
            Scene::Resume => self.is_paused = false,
            Scene::Blip { .. } | Scene::Switch { .. } | Scene::Ask => {}
        }
        act
    }

    /// Keeps the audience around the wanted size.
    fn improvise(&mut self) -> Scene {
        if self.is_paused {
            return Scene::Resume;
        }
        let few = (self.wanted / 8).max(1);
        let some = self.random.random_range(1..=few.max(2));
        match self.random.random_range(0..100) {
            _ if self.present > self.wanted + few => Scene::Leave { count: few * 2 },
            _ if self.present + few < self.wanted => self.arrive(few * 2),
            0..35 => self.arrive(some),
            35..60 => Scene::Leave { count: some },
            60..72 => Scene::Blip { count: some },
            72..84 => Scene::Switch { count: some, to: self.language() },
            84..94 => Scene::Ask,
            _ => Scene::Pause,
        }
    }

    fn arrive(&mut self, count: usize) -> Scene {
        let mut languages = LANGUAGES;
        languages.shuffle(&mut self.random);
        let different = self.random.random_range(1..=3);
        Scene::Arrive { count, languages: languages[..different].to_vec() }
    }

    fn language(&mut self) -> &'static str {
        LANGUAGES.choose(&mut self.random).copied().unwrap_or("es")
    }
}

/// Shows everything once within twenty seconds.
fn opening(wanted: usize) -> VecDeque<Act> {
    let part = |tenths: usize| (wanted * tenths / 10).max(1);
    let arrive = |tenths, languages: &[&'static str]| Scene::Arrive {
        count: part(tenths),
        languages: languages.to_vec(),
    };
    let acts = [
        (500, arrive(4, &["es", "fr", "de"])),
        (3_000, arrive(3, &["pt", "it", "es"])),
        (5_500, Scene::Arrive { count: 1, languages: vec!["ja"] }),
        (7_000, Scene::Ask),
        (8_500, Scene::Switch { count: part(1), to: "fr" }),
        (10_000, Scene::Blip { count: part(2) }),
        (13_000, Scene::Leave { count: part(3) }),
        (15_500, arrive(4, &["uk", "es", "zh-Hant"])),
        (17_500, Scene::Pause),
        (19_000, Scene::Resume),
    ];
    acts.into_iter().map(|(millis, scene)| Act { at: Duration::from_millis(millis), scene }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acts(seed: u64, number: usize) -> Vec<Act> {
        let mut script = Script::new(seed, 40);
        (0..number).map(|_| script.next_act()).collect()
    }

    #[test]
    fn a_seed_fixes_the_whole_script() {
        assert_eq!(acts(7, 200), acts(7, 200));
        assert_ne!(acts(7, 200), acts(8, 200));
    }

    #[test]
    fn everything_is_shown_within_the_first_twenty_seconds() {
        let opening: Vec<_> =
            acts(1, 100).into_iter().take_while(|act| act.at < Duration::from_secs(20)).collect();
        let shown = |is: fn(&Scene) -> bool| opening.iter().any(|act| is(&act.scene));
        assert!(shown(|scene| matches!(scene, Scene::Blip { .. })));
        assert!(shown(|scene| matches!(scene, Scene::Leave { .. })));
        assert!(shown(|scene| matches!(scene, Scene::Switch { .. })));
        assert!(shown(|scene| *scene == Scene::Ask));
        assert!(shown(|scene| *scene == Scene::Resume));
    }

    #[test]
    fn the_audience_stays_around_the_wanted_size_and_time_moves_on() {
        for seed in 0..20 {
            let mut script = Script::new(seed, 40);
            let mut last = Duration::ZERO;
            for number in 0..500 {
                let act = script.next_act();
                assert!(act.at > last);
                last = act.at;
                assert!(number < 10 || (20..=60).contains(&script.present), "{} of 40", script.present);
            }
        }
    }

    #[test]
    fn a_pause_is_followed_by_its_end() {
        let mut acts = acts(3, 1_000).into_iter();
        while let Some(act) = acts.next() {
            if act.scene == Scene::Pause {
                assert_eq!(acts.next().map(|next| next.scene), Some(Scene::Resume));
            }
        }
    }
}
