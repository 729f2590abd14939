//! The functions of Prometheus 3.14, and what they take and return.

use std::fmt;

/// What an expression is evaluated to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueType {
    /// A number.
    Scalar,
    /// Text.
    String,
    /// Series with one sample each.
    InstantVector,
    /// Series with samples over a time.
    RangeVector,
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar => "scalar",
            Self::String => "string",
            Self::InstantVector => "instant vector",
            Self::RangeVector => "range vector",
        })
    }
}

/// What a [`Function`] takes and returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signature {
    /// The types of the arguments. Those after the last are of the last's type.
    pub args: &'static [ValueType],
    /// The fewest arguments.
    pub least: usize,
    /// The most arguments, if there is an end to them.
    pub most: Option<usize>,
    /// The type of the result.
    pub returns: ValueType,
    /// Whether a stock server refuses it.
    pub experimental: bool,
}

/// One function per line: its variant, its name, the types of its arguments (`V` an instant vector, `M` a range vector,
/// `N` a number, `T` a text), how many further ones may follow, and the type of the result.
macro_rules! functions {
    ($($variant:ident $name:literal ($($arg:ident)*) $variadic:ident $returns:ident $stage:ident;)*) => {
        /// A function of the language.
        ///
        /// # Examples
        /// ```
        /// use prom_client_testkit::promql::{Function, ValueType};
        ///
        /// let rate = Function::by_name("rate").unwrap();
        /// assert_eq!(rate, Function::Rate);
        /// assert_eq!(rate.signature().args, [ValueType::RangeVector]);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Function {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Function {
            /// All of them, sorted by name.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in a query.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it takes and returns.
            #[must_use]
            pub fn signature(self) -> &'static Signature {
                match self {
                    $(Self::$variant => &const {
                        let args: &[ValueType] = &[$(functions!(@type $arg)),*];
                        let (least, most) = functions!(@count args $variadic);
                        Signature {
                            args,
                            least,
                            most,
                            returns: functions!(@type $returns),
                            experimental: functions!(@experimental $stage),
                        }
                    },)*
                }
            }
        }
    };
    (@type V) => { ValueType::InstantVector };
    (@type M) => { ValueType::RangeVector };
    (@type N) => { ValueType::Scalar };
    (@type T) => { ValueType::String };
    (@count $args:ident exactly) => { ($args.len(), Some($args.len())) };
    // The last argument may be left out.
    (@count $args:ident optional) => { ($args.len() - 1, Some($args.len())) };
    // The last argument may be left out, or come up to nine times.
    (@count $args:ident to_nine) => { ($args.len() - 1, Some($args.len() + 8)) };
    // The last argument may be left out, or come any number of times.
    (@count $args:ident any) => { ($args.len() - 1, None) };
    (@experimental stable) => { false };
    (@experimental experimental) => { true };
}

functions! {
    Abs "abs" (V) exactly V stable;
    Absent "absent" (V) exactly V stable;
    AbsentOverTime "absent_over_time" (M) exactly V stable;
    Acos "acos" (V) exactly V stable;
    Acosh "acosh" (V) exactly V stable;
    Asin "asin" (V) exactly V stable;
    Asinh "asinh" (V) exactly V stable;
    Atan "atan" (V) exactly V stable;
    Atanh "atanh" (V) exactly V stable;
    AvgOverTime "avg_over_time" (M) exactly V stable;
    Ceil "ceil" (V) exactly V stable;
    Changes "changes" (M) exactly V stable;
    Clamp "clamp" (V N N) exactly V stable;
    ClampMax "clamp_max" (V N) exactly V stable;
    ClampMin "clamp_min" (V N) exactly V stable;
    Cos "cos" (V) exactly V stable;
    Cosh "cosh" (V) exactly V stable;
    CountOverTime "count_over_time" (M) exactly V stable;
    DayOfMonth "day_of_month" (V) optional V stable;
    DayOfWeek "day_of_week" (V) optional V stable;
    DayOfYear "day_of_year" (V) optional V stable;
    DaysInMonth "days_in_month" (V) optional V stable;
    Deg "deg" (V) exactly V stable;
    Delta "delta" (M) exactly V stable;
    Deriv "deriv" (M) exactly V stable;
    DoubleExponentialSmoothing "double_exponential_smoothing" (M N N) exactly V experimental;
    End "end" () exactly N experimental;
    Exp "exp" (V) exactly V stable;
    FirstOverTime "first_over_time" (M) exactly V stable;
    Floor "floor" (V) exactly V stable;
    HistogramAvg "histogram_avg" (V) exactly V stable;
    HistogramCount "histogram_count" (V) exactly V stable;
    HistogramFraction "histogram_fraction" (N N V) exactly V stable;
    HistogramQuantile "histogram_quantile" (N V) exactly V stable;
    HistogramQuantiles "histogram_quantiles" (V T N N) to_nine V experimental;
    HistogramStddev "histogram_stddev" (V) exactly V stable;
    HistogramStdvar "histogram_stdvar" (V) exactly V stable;
    HistogramSum "histogram_sum" (V) exactly V stable;
    Hour "hour" (V) optional V stable;
    Idelta "idelta" (M) exactly V stable;
    Increase "increase" (M) exactly V stable;
    Info "info" (V V) optional V experimental;
    Irate "irate" (M) exactly V stable;
    LabelJoin "label_join" (V T T T) any V stable;
    LabelReplace "label_replace" (V T T T T) exactly V stable;
    LastOverTime "last_over_time" (M) exactly V stable;
    Ln "ln" (V) exactly V stable;
    Log10 "log10" (V) exactly V stable;
    Log2 "log2" (V) exactly V stable;
    MadOverTime "mad_over_time" (M) exactly V experimental;
    MaxOf "max_of" (N N) exactly N experimental;
    MaxOverTime "max_over_time" (M) exactly V stable;
    MinOf "min_of" (N N) exactly N experimental;
    MinOverTime "min_over_time" (M) exactly V stable;
    Minute "minute" (V) optional V stable;
    Month "month" (V) optional V stable;
    Pi "pi" () exactly N stable;
    PredictLinear "predict_linear" (M N) exactly V stable;
    PresentOverTime "present_over_time" (M) exactly V stable;
    QuantileOverTime "quantile_over_time" (N M) exactly V stable;
    Rad "rad" (V) exactly V stable;
    Range "range" () exactly N experimental;
    Rate "rate" (M) exactly V stable;
    Resets "resets" (M) exactly V stable;
    Round "round" (V N) optional V stable;
    Scalar "scalar" (V) exactly N stable;
    Sgn "sgn" (V) exactly V stable;
    Sin "sin" (V) exactly V stable;
    Sinh "sinh" (V) exactly V stable;
    Sort "sort" (V) exactly V stable;
    SortByLabel "sort_by_label" (V T) any V experimental;
    SortByLabelDesc "sort_by_label_desc" (V T) any V experimental;
    SortDesc "sort_desc" (V) exactly V stable;
    Sqrt "sqrt" (V) exactly V stable;
    Start "start" () exactly N experimental;
    StartTimestamp "start_timestamp" (V) exactly V experimental;
    StddevOverTime "stddev_over_time" (M) exactly V stable;
    StdvarOverTime "stdvar_over_time" (M) exactly V stable;
    Step "step" () exactly N experimental;
    SumOverTime "sum_over_time" (M) exactly V stable;
    Tan "tan" (V) exactly V stable;
    Tanh "tanh" (V) exactly V stable;
    Time "time" () exactly N stable;
    Timestamp "timestamp" (V) exactly V stable;
    TsOfFirstOverTime "ts_of_first_over_time" (M) exactly V experimental;
    TsOfLastOverTime "ts_of_last_over_time" (M) exactly V experimental;
    TsOfMaxOverTime "ts_of_max_over_time" (M) exactly V experimental;
    TsOfMinOverTime "ts_of_min_over_time" (M) exactly V experimental;
    Vector "vector" (N) exactly V stable;
    Year "year" (V) optional V stable;
}

impl Function {
    /// The function of this name, which is in small letters.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let at = Self::ALL.binary_search_by_key(&name, |function| function.name()).ok()?;
        Some(Self::ALL[at])
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_functions_are_found_by_their_name() {
        assert!(Function::ALL.windows(2).all(|two| two[0].name() < two[1].name()));
        for function in Function::ALL {
            assert_eq!(Function::by_name(function.name()), Some(*function));
        }
        assert_eq!(Function::by_name("holt_winters"), None);
        let experimental = Function::ALL.iter().filter(|f| f.signature().experimental);
        assert_eq!((Function::ALL.len(), experimental.count()), (90, 17));
    }

    #[test]
    fn arguments_are_counted() {
        for (function, least, most) in [
            (Function::Abs, 1, Some(1)),
            (Function::Time, 0, Some(0)),
            (Function::Round, 1, Some(2)),
            (Function::Hour, 0, Some(1)),
            (Function::LabelJoin, 3, None),
            (Function::SortByLabel, 1, None),
            (Function::HistogramQuantiles, 3, Some(12)),
            (Function::Info, 1, Some(2)),
        ] {
            let signature = function.signature();
            assert_eq!((signature.least, signature.most), (least, most), "{function}");
        }
    }
}
