import java.io.IOException;
import java.math.*;
import java.nio.file.*;
import java.util.*;
import java.util.regex.*;

/**
 * Computes SPBE and Pemdi indices exactly, with the standard library alone and no floating point.
 * {@code java Calculator.java edition.json vectors.json} computes every vector of an edition and says which differ.
 * Exit codes: 0 none differs, 1 some do, 2 a file cannot be used.
 */
public final class Calculator {
    /** An exact number in lowest terms. */
    record Exact(BigInteger top, BigInteger bottom) {
        Exact(BigInteger top, BigInteger bottom) {
            this.top = top.divide(top.gcd(bottom));
            this.bottom = bottom.divide(top.gcd(bottom));
        }

        /** Reads {@code 3}, {@code -1}, {@code 3.25} or {@code 991/300}. */
        static Exact read(String text) {
            if (!text.matches("-?\\d+(\\.\\d+|/[1-9]\\d*)?")) throw new IllegalArgumentException("not exact: " + text);
            String[] parts = text.split("/");
            BigDecimal top = new BigDecimal(parts[0]);
            BigInteger unit = BigInteger.TEN.pow(top.scale());
            return new Exact(top.unscaledValue(), parts.length == 2 ? new BigInteger(parts[1]) : unit);
        }

        Exact plus(Exact other) {
            return new Exact(top.multiply(other.bottom).add(other.top.multiply(bottom)), bottom.multiply(other.bottom));
        }

        Exact times(Exact other) {
            return new Exact(top.multiply(other.top), bottom.multiply(other.bottom));
        }

        boolean isAtLeast(Exact other) {
            return top.multiply(other.bottom).compareTo(other.top.multiply(bottom)) >= 0;
        }

        /** Writes rounded half up; the division is exact up to the last place that is kept. */
        String rounded(int places) {
            return new BigDecimal(top).divide(new BigDecimal(bottom), places, RoundingMode.HALF_UP).toPlainString();
        }

        /** Writes without loss: as a decimal where one exists, else as a fraction. */
        String text() {
            try {
                BigDecimal decimal = new BigDecimal(top).divide(new BigDecimal(bottom)).stripTrailingZeros();
                return decimal.setScale(Math.max(0, decimal.scale())).toPlainString();
            } catch (ArithmeticException noDecimal) {
                return top + "/" + bottom;
            }
        }
    }

    /** A weighted mean that grows part by part; it has no value while that of a part is missing. */
    static final class Mean {
        private Exact whole = Exact.read("0"); // sum of the weights
        private Exact sum = Exact.read("0"); // sum of weight times value, null once a value is missing

        void add(Exact weight, Exact value) {
            whole = whole.plus(weight);
            sum = sum == null || value == null ? null : sum.plus(weight.times(value));
        }

        Exact value() {
            return sum == null ? null : sum.times(new Exact(whole.bottom, whole.top));
        }
    }

    /** Computes the card of values (indicator to text or null): every node's index, the whole's, and the grade. */
    static Map<String, String> card(Object edition, Map<String, String> values, String basis) {
        int places = Calculator.<Long>in(edition, "places").intValue();
        var sources = new HashMap<String, String>();
        for (Object one : listIn(edition, "externals")) sources.put(in(one, "indicator"), in(one, "pending"));
        var missing = new ArrayList<Object>();
        var pending = new ArrayList<Object>();
        var means = new HashMap<String, Mean>(); // by id of a node, or null for the whole
        for (Object leaf : listIn(edition, "indicators")) {
            String id = in(leaf, "id");
            String value = values.get(id);
            if (value == null && !sources.getOrDefault(id, "").isEmpty()) { // its source has not answered
                pending.add(id);
                value = in(in(edition, "scale"), "minimum");
            } else if (value == null) missing.add(id);
            addTo(means, leaf, value == null ? null : Exact.read(value));
        }
        var card = new TreeMap<>(Map.of("missing", missing.toString(), "pending", pending.toString()));
        var nodes = new ArrayList<>(listIn(edition, "nodes"));
        Collections.reverse(nodes); // parents come before their children, so from the end all parts are known
        for (Object node : nodes) {
            Exact index = means.get(Calculator.<String>in(node, "id")).value();
            addTo(means, node, index);
            show(card, in(node, "id"), index, places);
        }
        Exact index = means.get(null).value();
        show(card, "whole", index, places);
        Exact held = index != null && basis.equals("rounded") ? Exact.read(index.rounded(places)) : index;
        card.put("grade", held == null ? null : grade(edition, held));
        return card;
    }

    static void addTo(Map<String, Mean> means, Object part, Exact value) {
        means.computeIfAbsent(in(part, "parent"), any -> new Mean()).add(Exact.read(in(part, "weight")), value);
    }

    static void show(Map<String, String> card, String id, Exact index, int places) {
        card.put(id + " index", index == null ? null : index.rounded(places));
        card.put(id + " exact_index", index == null ? null : index.text());
    }

    /** Returns the first grade, from the highest, whose floor is reached. */
    static String grade(Object edition, Exact number) {
        for (Object band : listIn(edition, "grades")) {
            if (in(band, "floor") == null || number.isAtLeast(Exact.read(in(band, "floor")))) return in(band, "name");
        }
        throw new IllegalArgumentException("the lowest grade has a floor");
    }

    /** Returns a vector's result in the form of a computed card, so that the two can be held against each other. */
    static Map<String, String> expected(Object vector) {
        var card = new TreeMap<String, String>();
        for (String list : List.of("missing", "pending")) card.put(list, listIn(vector, list).toString());
        var nodes = new TreeMap<>(Calculator.<Map<String, Object>>in(vector, "nodes"));
        nodes.put("whole", vector);
        for (String name : List.of("index", "exact_index")) {
            nodes.forEach((id, node) -> card.put(id + " " + name, in(node, name)));
        }
        card.put("grade", in(vector, "grade"));
        return card;
    }

    // JSON as maps, lists, text, whole numbers, true, false and null; a number with decimals is refused.
    static final Pattern TOKEN = Pattern.compile(
        "\\G\\s*+(?:([{}\\[\\],:])|\"((?:[^\"\\\\]++|\\\\.)*+)\"|(-?\\d++)(?![.eE])|(true|false|null))");

    static Matcher next(Matcher token) {
        if (token.find()) return token;
        throw new IllegalArgumentException("not JSON, or with a number that is not whole");
    }

    static Object value(Matcher token) {
        if (token.group(2) != null) return unescaped(token.group(2));
        if (token.group(3) != null) return Long.valueOf(token.group(3));
        if (token.group(4) != null) return token.group(4).equals("null") ? null : token.group(4).equals("true");
        var list = new ArrayList<Object>();
        var members = new HashMap<String, Object>();
        boolean keyed = token.group(1).equals("{");
        for (next(token); !(keyed ? "}" : "]").equals(token.group(1)); next(token)) {
            if (",".equals(token.group(1))) continue;
            String key = keyed ? (String) value(token) : "";
            Object value = value(keyed ? next(next(token)) : token); // past the colon
            if (!keyed) list.add(value);
            else members.put(key, value);
        }
        return keyed ? members : list;
    }

    static String unescaped(String text) {
        return Pattern.compile("\\\\(?:u(.{4})|.)").matcher(text).replaceAll(found -> Matcher.quoteReplacement(
            found.group(1) != null ? Character.toString(Integer.parseInt(found.group(1), 16))
                : found.group().equals("\\/") ? "/" : found.group().translateEscapes()));
    }

    @SuppressWarnings("unchecked")
    static <T> T in(Object members, String name) {
        return (T) ((Map<String, Object>) members).get(name);
    }

    static List<Object> listIn(Object members, String name) {
        return Objects.requireNonNullElse(in(members, name), List.of());
    }

    public static void main(String[] files) {
        try {
            Object edition = value(next(TOKEN.matcher(Files.readString(Path.of(files[0])))));
            Object file = value(next(TOKEN.matcher(Files.readString(Path.of(files[1])))));
            List<Object> vectors = listIn(file, "vectors");
            if (!in(edition, "digest").equals(in(file, "edition_digest")) || vectors.isEmpty()) {
                throw new IllegalArgumentException("these are no vectors of that edition");
            }
            int differing = 0;
            for (Object vector : vectors) {
                var computed = card(edition, in(vector, "values"), in(vector, "grade_basis"));
                var expected = expected(vector);
                if (computed.equals(expected)) continue;
                differing++;
                expected.entrySet().removeAll(computed.entrySet());
                System.out.println(in(vector, "name") + ": expected " + expected);
            }
            System.out.println(vectors.size() + " vectors, " + differing + " differ");
            System.exit(differing == 0 ? 0 : 1);
        } catch (IOException | RuntimeException problem) {
            System.err.println("calculator: " + problem);
            System.exit(2);
        }
    }
}
