//! Sets of code points.

use super::folding;

/// The last code point.
pub(crate) const LAST: u32 = 0x10_FFFF;

/// A set of code points: sorted ranges, ends included, that neither touch nor overlap.
///
/// Surrogates are code points like others here, as they are to RE2; no text holds one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct CodePoints(Vec<(u32, u32)>);

impl CodePoints {
    /// The union of some ranges.
    pub(crate) fn new(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match merged.last_mut() {
                Some(last) if low <= last.1 + 1 => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        CodePoints(merged)
    }

    /// All of them.
    pub(crate) fn all() -> Self {
        CodePoints(vec![(0, LAST)])
    }

    /// A single one.
    pub(crate) fn one(point: u32) -> Self {
        CodePoints(vec![(point, point)])
    }

    /// The ranges, sorted, ends included.
    pub(crate) fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// Whether a code point is in the set.
    pub(crate) fn contains(&self, point: u32) -> bool {
        let after = self.0.partition_point(|range| range.0 <= point);
        after > 0 && point <= self.0[after - 1].1
    }

    /// The only member of the set, if there is just one.
    pub(crate) fn single(&self) -> Option<u32> {
        match self.0[..] {
            [(low, high)] if low == high => Some(low),
            _ => None,
        }
    }

    /// Every code point that is not in the set.
    pub(crate) fn complement(&self) -> Self {
        let mut next = 0;
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        for &(low, high) in &self.0 {
            if low > next {
                gaps.push((next, low - 1));
            }
            next = high + 1;
        }
        if next <= LAST {
            gaps.push((next, LAST));
        }
        CodePoints(gaps)
    }

    /// The set with every code point that differs from a member only in case.
    pub(crate) fn folded(&self) -> Self {
        let mut ranges = self.0.clone();
        ranges.extend(folding::kin(self).into_iter().map(|point| (point, point)));
        CodePoints::new(ranges)
    }
}

impl Extend<(u32, u32)> for CodePoints {
    fn extend<T: IntoIterator<Item = (u32, u32)>>(&mut self, ranges: T) {
        self.0.extend(ranges);
        *self = CodePoints::new(std::mem::take(&mut self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complement_is_an_involution() {
        for ranges in [vec![], vec![(0, LAST)], vec![(5, 9), (7, 20), (21, 21), (40, LAST)]] {
            let set = CodePoints::new(ranges);
            assert_eq!(set.complement().complement(), set);
        }
    }

    #[test]
    fn merges_neighbours() {
        let set = CodePoints::new(vec![(3, 4), (1, 2), (9, 9)]);
        assert_eq!(set.ranges(), [(1, 4), (9, 9)]);
        assert!(set.contains(1) && set.contains(4) && set.contains(9));
        assert!(!set.contains(0) && !set.contains(5) && !set.contains(10));
    }

    #[test]
    fn folds_by_unicode() {
        let of = |c: char| CodePoints::one(c as u32).folded();
        assert!(of('k').contains('\u{212A}' as u32), "the Kelvin sign");
        assert!(of('S').contains('\u{17F}' as u32), "the long s");
        assert!(of('σ').contains('ς' as u32) && of('ς').contains('Σ' as u32));
        assert_eq!(of('1'), CodePoints::one('1' as u32));
    }
}
