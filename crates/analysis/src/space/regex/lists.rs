//! RE2's program as lists: what is done for a byte without reading another.

use std::collections::HashMap;

use super::program::{FAIL, Instruction};

/// The entries of all lists. A list begins where a step leads to, or where several lists would go on alike.
pub(super) fn entries(instructions: &[Instruction], start: u32, unanchored: u32) -> usize {
    let mut lists = Lists::new(instructions);
    lists.mark_steps(start, unanchored);
    lists.mark_shared(start, unanchored);
    let roots = std::mem::take(&mut lists.roots);
    roots.into_iter().map(|root| lists.entries(root)).sum()
}

struct Lists<'a> {
    instructions: &'a [Instruction],
    /// Where lists begin, in the order found.
    roots: Vec<u32>,
    is_root: Vec<bool>,
    /// The branches that lead to an instruction.
    branches: HashMap<u32, Vec<u32>>,
    /// The round in which an instruction was last reached.
    reached: Vec<u32>,
    round: u32,
}

impl<'a> Lists<'a> {
    fn new(instructions: &'a [Instruction]) -> Self {
        let (roots, branches) = (Vec::new(), HashMap::new());
        let (is_root, reached) = (vec![false; instructions.len()], vec![0; instructions.len()]);
        Lists { instructions, roots, is_root, branches, reached, round: 0 }
    }

    fn mark(&mut self, root: u32) {
        if !std::mem::replace(&mut self.is_root[root as usize], true) {
            self.roots.push(root);
        }
    }

    /// Marks what steps lead to.
    fn mark_steps(&mut self, start: u32, unanchored: u32) {
        [FAIL, unanchored, start].into_iter().for_each(|root| self.mark(root));
        let mut open = vec![unanchored];
        let mut known = vec![false; self.instructions.len()];
        while let Some(number) = open.pop() {
            if std::mem::replace(&mut known[number as usize], true) {
                continue;
            }
            match self.instructions[number as usize] {
                Instruction::Either(one, other) => {
                    for out in [one, other] {
                        self.branches.entry(out).or_default().push(number);
                    }
                    open.extend([other, one]);
                }
                Instruction::Step(next) => {
                    self.mark(next);
                    open.push(next);
                }
                Instruction::Match | Instruction::Fail => {}
            }
        }
    }

    /// Marks what is reached from several lists, so that no list repeats it.
    fn mark_shared(&mut self, start: u32, unanchored: u32) {
        let mut roots = self.roots.clone();
        roots.sort_unstable();
        for &root in roots.iter().skip(1).rev() {
            if root == start || root == unanchored {
                continue;
            }
            for number in self.reach(root) {
                let elsewhere = |branch: &u32| self.reached[*branch as usize] != self.round;
                if self.branches.get(&number).is_some_and(|branches| branches.iter().any(elsewhere)) {
                    self.mark(number);
                }
            }
        }
    }

    /// Everything reached from a root without a step, the roots of other lists included.
    fn reach(&mut self, root: u32) -> Vec<u32> {
        self.round += 1;
        let mut found = Vec::new();
        let mut open = vec![root];
        while let Some(number) = open.pop() {
            if std::mem::replace(&mut self.reached[number as usize], self.round) == self.round {
                continue;
            }
            found.push(number);
            let inside = number == root || !self.is_root[number as usize];
            if let Instruction::Either(one, other) = self.instructions[number as usize]
                && inside
            {
                open.extend([other, one]);
            }
        }
        found
    }

    /// The entries of a list: its steps and ends, and a hint to each list that it goes on in.
    fn entries(&mut self, root: u32) -> usize {
        let found = self.reach(root);
        let counts = |number: u32| {
            let branches = matches!(self.instructions[number as usize], Instruction::Either(..));
            !branches || (number != root && self.is_root[number as usize])
        };
        found.iter().filter(|&&number| counts(number)).count()
    }
}
