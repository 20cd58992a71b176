module kubepki.example/bench

go 1.26
