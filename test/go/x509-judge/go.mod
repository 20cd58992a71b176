module kubepki/x509-judge

go 1.24
