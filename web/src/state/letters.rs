//! The letter and the colour of each resource, so that nothing is told by colour alone.

/// How many colours the style sheets have.
const COLOURS: usize = 8;

/// `A` to `Z`, then `AA` and on, as columns of a spreadsheet.
pub fn letter(resource: usize) -> String {
    let mut rest = resource + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The number of its colour, from 1.
pub fn colour(resource: usize) -> usize {
    resource % COLOURS + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_behind_z() {
        let letters: Vec<String> = [0, 1, 25, 26, 51, 52, 701, 702].map(letter).into();
        assert_eq!(letters, ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn colours_repeat() {
        assert_eq!([0, 7, 8].map(colour), [1, 8, 1]);
    }
}
