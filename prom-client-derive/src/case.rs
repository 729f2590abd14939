//! How names of variants become names of values: the rules of serde, by the same names.

/// What becomes of `TwoWords`.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// All of them, by what `TwoWords` does not say and their names do.
    const ALL: [(&str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    /// The rule of this name, or what to say.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, case)| *case).ok_or_else(|| {
            let known = Self::ALL.map(|(known, _)| known).join("`, `");
            format!("unknown rule `{name}`; the rules are `{known}`")
        })
    }

    /// A variant's name by this rule.
    pub(crate) fn apply(self, variant: &str) -> String {
        let snake = || {
            let mut snake = String::new();
            for (at, c) in variant.char_indices() {
                if at > 0 && c.is_uppercase() {
                    snake.push('_');
                }
                snake.push(c.to_ascii_lowercase());
            }
            snake
        };
        match self {
            Self::Pascal => variant.to_owned(),
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Camel => {
                let mut camel = variant.to_owned();
                if let Some(first) = camel.get_mut(..1) {
                    first.make_ascii_lowercase();
                }
                camel
            }
            Self::Snake => snake(),
            Self::ScreamingSnake => snake().to_ascii_uppercase(),
            Self::Kebab => snake().replace('_', "-"),
            Self::ScreamingKebab => snake().to_ascii_uppercase().replace('_', "-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_do_what_their_names_show() {
        for (rule, words, version) in [
            ("lowercase", "twowords", "redisv7"),
            ("UPPERCASE", "TWOWORDS", "REDISV7"),
            ("PascalCase", "TwoWords", "RedisV7"),
            ("camelCase", "twoWords", "redisV7"),
            ("snake_case", "two_words", "redis_v7"),
            ("SCREAMING_SNAKE_CASE", "TWO_WORDS", "REDIS_V7"),
            ("kebab-case", "two-words", "redis-v7"),
            ("SCREAMING-KEBAB-CASE", "TWO-WORDS", "REDIS-V7"),
        ] {
            let Ok(case) = Case::parse(rule) else { panic!("no rule {rule}") };
            assert_eq!(case.apply("TwoWords"), words);
            assert_eq!(case.apply("RedisV7"), version);
        }
        // As serde has it: what is not ASCII stays as it is.
        assert_eq!(Case::Snake.apply("ÄhmÖl"), "Ähm_Öl");
        assert_eq!(Case::Camel.apply("ÄhmÖl"), "ÄhmÖl");
        assert_eq!(Case::Upper.apply("maß"), "MAß");
        let Err(message) = Case::parse("Snake") else { panic!("a rule `Snake`") };
        assert!(message.starts_with("unknown rule `Snake`; the rules are `lowercase`, "));
    }
}
