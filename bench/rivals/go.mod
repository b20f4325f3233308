module threatfeed/bench/rivals

go 1.21
