//! Characters as bytes of UTF-8.

use super::{CodePoints, code_points::LAST, syntax::Node};

/// The ranges of bytes, one after the other, that spell a range of characters.
pub(super) type Spelling = Vec<(u8, u8)>;

/// The pattern with each character replaced by its bytes.
pub(super) fn expand(node: &Node) -> Node {
    let all = |nodes: &[Node]| nodes.iter().map(expand).collect();
    match node {
        Node::Set(set) if set.ranges().is_empty() => node.clone(),
        Node::Set(set) => {
            Node::Choice(set.ranges().iter().flat_map(|&range| spellings(range)).map(spelled).collect())
        }
        Node::Byte | Node::Look(_) => node.clone(),
        Node::Sequence(nodes) => Node::Sequence(all(nodes)),
        Node::Choice(nodes) => Node::Choice(all(nodes)),
        Node::Repeat(node, min, max, greed) => Node::Repeat(Box::new(expand(node)), *min, *max, *greed),
        Node::Capture(node) => Node::Capture(Box::new(expand(node))),
    }
}

fn spelled(bytes: Spelling) -> Node {
    let byte = |(low, high): (u8, u8)| Node::Set(CodePoints::new(vec![(low.into(), high.into())]));
    Node::Sequence(bytes.into_iter().map(byte).collect())
}

/// The spellings of a range of code points, in order, surrogates among them.
pub(super) fn spellings((low, high): (u32, u32)) -> Vec<Spelling> {
    let mut found = Vec::new();
    let mut open = vec![(low, high)];
    while let Some((low, high)) = open.pop() {
        match cut(low, high) {
            Some(at) => open.extend([(at + 1, high), (low, at)]),
            None => found.push(encode(low).into_iter().zip(encode(high)).collect()),
        }
    }
    found
}

/// Where a range must be cut because no single spelling covers it.
fn cut(low: u32, high: u32) -> Option<u32> {
    let longest = [0x7F, 0x7FF, 0xFFFF].into_iter().find(|&last| low <= last && last < high);
    longest.or_else(|| {
        if high < 0x80 {
            return None;
        }
        (1..4).map(|trailing| (1 << (6 * trailing)) - 1).find_map(|mask| {
            if low & !mask == high & !mask {
                None
            } else if low & mask != 0 {
                Some(low | mask)
            } else if high & mask != mask {
                Some((high & !mask) - 1)
            } else {
                None
            }
        })
    })
}

fn encode(point: u32) -> Vec<u8> {
    debug_assert!(point <= LAST);
    let tail = |shift: u32| 0x80 | (point >> shift & 0x3F) as u8;
    match point {
        0..=0x7F => vec![point as u8],
        0x80..=0x7FF => vec![0xC0 | (point >> 6) as u8, tail(0)],
        0x800..=0xFFFF => vec![0xE0 | (point >> 12) as u8, tail(6), tail(0)],
        _ => vec![0xF0 | (point >> 18) as u8, tail(12), tail(6), tail(0)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_cover_the_range_and_no_more() {
        for (low, high) in
            [(0, LAST), (0x41, 0x7F), (0x7F, 0x80), (0x7FE, 0x801), (0x1234, 0x12345), (0xE000, 0x1F600)]
        {
            let spellings = spellings((low, high));
            let spelled = |point: u32| {
                let bytes = encode(point);
                let fits = |s: &&Spelling| {
                    s.len() == bytes.len() && s.iter().zip(&bytes).all(|(r, b)| (r.0..=r.1).contains(b))
                };
                spellings.iter().filter(fits).count()
            };
            for point in (0..=LAST).step_by(7).chain([low, high, low.saturating_sub(1), (high + 1).min(LAST)])
            {
                assert_eq!(spelled(point), usize::from((low..=high).contains(&point)), "{point:X}");
            }
        }
    }
}
