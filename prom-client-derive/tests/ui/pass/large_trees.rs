#![allow(dead_code)]

use prom_client::{Gauge, Metrics};

macro_rules! trees {
    ($($name:ident)*) => {
        #[derive(Metrics)]
        struct Branch {
            $(
                #[metric(help = "")]
                $name: Gauge,
            )*
        }

        #[derive(Metrics)]
        struct Tree {
            $(
                #[metric(nested)]
                $name: Branch,
            )*
        }
    };
}

trees! {
    requests_in_flight_of_0 requests_in_flight_of_1 requests_in_flight_of_2
    requests_in_flight_of_3 requests_in_flight_of_4 requests_in_flight_of_5
    requests_in_flight_of_6 requests_in_flight_of_7 requests_in_flight_of_8
    requests_in_flight_of_9 requests_in_flight_of_10 requests_in_flight_of_11
    requests_in_flight_of_12 requests_in_flight_of_13 requests_in_flight_of_14
    requests_in_flight_of_15 requests_in_flight_of_16 requests_in_flight_of_17
    requests_in_flight_of_18 requests_in_flight_of_19 requests_in_flight_of_20
    requests_in_flight_of_21 requests_in_flight_of_22 requests_in_flight_of_23
    requests_in_flight_of_24 requests_in_flight_of_25 requests_in_flight_of_26
    requests_in_flight_of_27 requests_in_flight_of_28 requests_in_flight_of_29
}

fn main() {}
