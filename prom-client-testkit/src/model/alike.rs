//! What may be meant instead of a name that there is not.

/// The names that have this one in them as whole words, or are so in it, as `jobs_total` has `jobs`; or else the nearest one, if it
/// is near.
pub(crate) fn alike<'a>(name: &str, known: &[&'a str]) -> Vec<&'a str> {
    let words = |name: &str| format!("_{name}_");
    let asked = words(name);
    let related = |known: &&str| {
        let known = words(known);
        known.contains(&asked) || asked.contains(&known)
    };
    let related: Vec<&str> = known.iter().copied().filter(related).collect();
    if related.is_empty() {
        nearest(name, known.iter().copied()).into_iter().collect()
    } else {
        related
    }
}

/// The name that is nearest to another one, if not more than a third of it is wrong.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distances =
        known.into_iter().map(|known| (known, distance(name.as_bytes(), known.as_bytes())));
    let (nearest, far) = distances.min_by_key(|(_, far)| *far)?;
    (far * 3 <= nearest.len()).then_some(nearest)
}

/// How many letters are to be put in, taken out or replaced, up to the length of a long name.
fn distance(left: &[u8], right: &[u8]) -> usize {
    const LONGEST: usize = 100;
    if left.len() > LONGEST {
        return left.len();
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_the_same_words_are_alike_and_else_the_nearest_one() {
        let known = ["jobs_total", "took_seconds_bucket", "took_seconds_sum", "up"];
        for (name, expected) in [
            ("jobs", &["jobs_total"][..]),
            ("shop_jobs_total", &["jobs_total"]),
            ("took_seconds", &["took_seconds_bucket", "took_seconds_sum"]),
            ("took_second_sum", &["took_seconds_sum"]),
            ("jbos_total", &["jobs_total"]),
            // Within a word is not alike.
            ("job", &[]),
            ("u", &[]),
            ("frobnications", &[]),
        ] {
            assert_eq!(alike(name, &known), expected, "{name}");
        }
        assert_eq!(alike("jobs", &[]), [""; 0]);
        assert_eq!(alike(&"x".repeat(1_000_000), &known), [""; 0]);
    }

    #[test]
    fn letters_are_counted() {
        for (left, right, apart) in
            [("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "adc", 1), ("rate", "irat", 2)]
        {
            assert_eq!(distance(left.as_bytes(), right.as_bytes()), apart, "{left} {right}");
        }
    }
}
