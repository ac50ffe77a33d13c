//! "Did you mean": the nearest of a set of names.

/// A scalar that is to be written in the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// Text, in quotes where it would not be read as text without.
    Text(String),
    /// Exactly these characters, such as those of a number.
    Plain(String),
}

/// The name that is nearest to `text`, if one is near enough to be what was meant.
pub fn closest<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = text.to_lowercase();
    names
        .into_iter()
        .filter(|name| *name != text)
        .map(|name| (distance(&wanted, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= (name.len().max(text.len()) / 3).clamp(1, 3))
        .min_by_key(|(distance, name)| (*distance, name.len().abs_diff(text.len())))
        .map(|(_, name)| name)
}

/// Like [`closest`], among names that people give: `shop-1` is no slip for `shop-2`, nor `team-a` for `team-b`.
pub(crate) fn closest_name<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    closest(text, names.into_iter().filter(|name| !siblings(text, name)))
}

/// Whether two names differ in nothing but a number or a last part of one letter.
fn siblings(a: &str, b: &str) -> bool {
    let without_digits = |name: &str| name.replace(|letter: char| letter.is_ascii_digit(), "");
    let numbered =
        a.contains(|letter: char| letter.is_ascii_digit()) && without_digits(a) == without_digits(b);
    let parts = a.rsplit_once(['-', '.', '_']).zip(b.rsplit_once(['-', '.', '_']));
    let lettered = |((a, x), (b, y)): ((&str, &str), (&str, &str))| a == b && x.len() <= 1 && y.len() <= 1;
    numbered || parts.is_some_and(lettered)
}

/// Edits from one text to the other, an exchange of neighbours counting as one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::{closest, closest_name};

    #[test]
    fn near_names() {
        let names = ["match", "route", "rewrite", "retries", "mirror", "mirrors"];
        assert_eq!(closest("matches", names), Some("match"));
        assert_eq!(closest("rotue", names), Some("route"));
        assert_eq!(closest("Route", names), Some("route"));
        assert_eq!(closest("mirrorz", names), Some("mirrors"));
        assert_eq!(closest("mirro", names), Some("mirror"));
        assert_eq!(closest("backend", names), None);
    }

    #[test]
    fn names_of_a_row_are_not_near() {
        let names = ["orders-v1", "team-a", "public", "release-1", "db-prod-1.internal"];
        for other in ["orders-v2", "team-b", "release-2", "db-prod-2.internal"] {
            assert_eq!(closest_name(other, names), None, "{other}");
        }
        assert_eq!(closest_name("pubilc", names), Some("public"));
        assert_eq!(closest_name("order-v1", names), Some("orders-v1"));
    }
}
