#!/bin/sh
# sh check.sh INCIDENT-FOLDER: is every id the SHA-256 of its line, and does every line follow the one it names?
[ ! -h "$1/journal" ] && cd "$1/journal" && for f in *.jsonl; do e=; [ -f "$f" ] && [ ! -h "$f" ] && tr '\000' '\001' < "$f" | while IFS= read -r l || { e=1; [ -n "$l" ]; }; do
h=$(printf %s "${l%,\"id\":\"*}" | sha256sum); if [ "${l##*,\"id\":\"}" = "${h%% *}\"}" ]; then printf '%s\n' "$l"; else
case $e$l in *'"kind":"stub",'*) printf '%s\n' "$l"; continue;; 1*',"prev":"'*',"id":"'*'"}'*) e=; esac; [ "$e" ] || echo "BAD id in $f"; fi; done; done | LC_ALL=C awk -F'"' '
/^BAD/ { print; bad = 1; next } { w = $10; n = substr($13, 2) + 0; c += n > 0; has[w, n, $(NF-1)]; any[w, $(NF-1)]; line[++k] = w " " n " " $(NF-5)
if (/"kind":"expunged","data":[{]/) for (i = 1; i <= NF; i++) said[$i]; if (/"kind":"stub",/) gone[$(NF-1)] = !/"kind":".*"kind":"/ && /"stub","data":[{]"expunged":"[0-9a-f]+" *[}],"seen":[^]]*],"salt":"0+","prev":"[0-9a-f]+","id":"[0-9a-f]+"[}]$/ }
END { for (i in gone) if (gone[i] && i in said) x++; else { print "BAD id " i; bad = 1 } if (!c) { print "BAD no line"; bad = 1 } for (i = 1; i <= k; i++) { split(line[i], a, " "); w = a[1]; n = a[2] + 0; p = a[3]; z = p ~ /^0+$/; if (z ? n > 1 : n ? !((w, n - 1, p) in has) : !((w, p) in any)) { print "BAD line before " w " " n; bad = 1 } } if (x) print x " expunged, as declared"; if (!bad) print k " lines hold"; exit bad }'
