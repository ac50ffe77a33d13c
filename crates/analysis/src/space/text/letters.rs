//! Characters that no automaton of a product tells apart.

use crate::space::regex::{Automaton, CodePoints};

/// The letters of a product: each stands for characters that all its automata treat alike. The better a letter looks,
/// the lower its number.
pub(super) struct Letters {
    /// The best-looking character of each letter.
    pub(super) shown: Vec<char>,
    /// The letters in each set of each automaton, ascending.
    pub(super) members: Vec<Vec<Vec<u32>>>,
}

impl Letters {
    /// The letters of some automata.
    pub(super) fn new(automata: &[&Automaton]) -> Letters {
        let around = around(automata.iter().any(|automaton| automaton.looks));
        let sets: Vec<&CodePoints> =
            automata.iter().flat_map(|automaton| &automaton.sets).chain(&around).collect();
        let mut cuts: Vec<u32> = vec![0];
        cuts.extend(sets.iter().flat_map(|set| set.ranges()).flat_map(|&(low, high)| [low, high + 1]));
        cuts.sort_unstable();
        cuts.dedup();
        let spans = Spans { cuts };
        let (colours, count) = spans.colours(&sets);
        let mut best = vec![None; count];
        for (span, &colour) in colours.iter().enumerate() {
            let candidate = spans.nicest(span);
            if candidate.is_some() && (best[colour].is_none() || candidate < best[colour]) {
                best[colour] = candidate;
            }
        }
        let mut order: Vec<(u32, char)> = best.iter().flatten().copied().collect();
        order.sort_unstable();
        let number = |colour: usize| {
            let looks = best[colour]?;
            order.binary_search(&looks).ok().map(|number| number as u32)
        };
        let numbers: Vec<Option<u32>> = (0..count).map(number).collect();
        let letters_of = |set: &CodePoints| {
            let mut letters: Vec<u32> = spans.within(set).filter_map(|span| numbers[colours[span]]).collect();
            letters.sort_unstable();
            letters.dedup();
            letters
        };
        Letters {
            shown: order.iter().map(|&(_, shown)| shown).collect(),
            members: automata
                .iter()
                .map(|automaton| automaton.sets.iter().map(letters_of).collect())
                .collect(),
        }
    }
}

/// What conditions on the surroundings tell apart.
fn around(looks: bool) -> Vec<CodePoints> {
    let word = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
    let word = word.map(|(low, high)| (low as u32, high as u32)).to_vec();
    if looks { vec![CodePoints::one('\n' as u32), CodePoints::new(word)] } else { Vec::new() }
}

/// The stretches of code points between the places where some set begins or ends.
struct Spans {
    cuts: Vec<u32>,
}

impl Spans {
    fn at(&self, point: u32) -> usize {
        self.cuts.partition_point(|&cut| cut < point)
    }

    fn within<'a>(&'a self, set: &'a CodePoints) -> impl Iterator<Item = usize> + 'a {
        set.ranges().iter().flat_map(|&(low, high)| self.at(low)..self.at(high + 1))
    }

    /// Colours the spans: two have the same colour if they are in the same sets. Gives the number of colours too.
    fn colours(&self, sets: &[&CodePoints]) -> (Vec<usize>, usize) {
        let mut colours = vec![0; self.cuts.len()];
        let mut count = 1;
        for set in sets {
            let mut inside = vec![0; count];
            for span in self.within(set) {
                let new = &mut inside[colours[span]];
                if *new == 0 {
                    *new = count;
                    count += 1;
                }
                colours[span] = *new;
            }
        }
        (colours, count)
    }

    /// The best-looking character of a span, with its rank; none if it holds surrogates only.
    fn nicest(&self, span: usize) -> Option<(u32, char)> {
        const NICE: &[u8] =
            b"abcdefghijklmnopqrstuvwxyz0123456789-_./ABCDEFGHIJKLMNOPQRSTUVWXYZ~:@!$&'()*+,;=%?# \"<>[]^`{|}\\";
        let low = self.cuts[span];
        let high = self.cuts.get(span + 1).map_or(char::MAX as u32, |next| next - 1);
        let within = |c: u32| (low..=high).contains(&c);
        if let Some(rank) = NICE.iter().position(|&c| within(c.into())) {
            return Some((rank as u32, char::from(NICE[rank])));
        }
        let c = if within('é' as u32) { 'é' } else { (low..=high).find_map(char::from_u32)? };
        Some((if c.is_control() { u32::MAX / 2 } else { 0x100 } + c as u32, c))
    }
}
