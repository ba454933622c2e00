import java.time.LocalDate;
import java.util.*;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The forms of an edition's document and of the events in a certificate, member by member: what leaves one out or writes
 * it otherwise is refused, and so is a further member of an edition, because nobody could say what it means.
 */
final class Forms {
    /** Form to its members with their forms; {@code ?name} is left out when empty, {@code form?} may be null. */
    static final Map<String, String> FORMS = Map.ofEntries(
        Map.entry("applied-overlay", "id=text source=text title=text"),
        Map.entry("card", "?bases={} ?calculated_by={} complete=flag edition_digest=text grade=text? grade_basis=text"
            + " index=text? missing=[text] nodes={} pending=[text] places=whole ?sources={} ?value_policy=text? values={}"),
        Map.entry("citation", "confidence=high|medium|low document=text id=text note=text place=text"),
        Map.entry("conversion-band", "level=whole score_from=exact score_to=exact value_from=exact value_to=exact"),
        Map.entry("criterion", "indicator=text level=whole source=text text=text"),
        Map.entry("edition", "citations=[citation] ?criteria=[criterion] default_grade_basis=exact|rounded"
            + " ?externals=[external] format=spbe-edition-1 grade_basis_source=text"
            + " grade_practices=[grade-practice] grades=[grade-band] id=text in_force=day? index_name=text"
            + " indicators=[indicator] ?items=[item] level_names=[level-name] lifecycle=draft|in_force|repealed"
            + " nodes=[node] ?overlays=[applied-overlay] places=whole processes=[process] regulation=text"
            + " repealed=day? rounding_source=text scale=scale stages=[stage] title=text ?value_bands=[value-band]"
            + " ?value_policies=[value-policy] years=[whole]"),
        Map.entry("external", "agency=text bands=[conversion-band] indicator=text name=text pending=text source=text"),
        Map.entry("facts", "?effective=day? ?expires=day? ?issued=day? ?issuer=text ?kind=text ?number=text"),
        Map.entry("grade-band", "floor=exact? name=text source=text"),
        Map.entry("grade-practice", "basis=exact|rounded source=text year=whole"),
        Map.entry("indicator", "capability=text id=text name=text parent=text question=text source=text weight=exact"),
        Map.entry("item", "?documents=[text] id=text indicator=text level=whole source=text supporting=flag text=text"
            + " valid_months=whole?"),
        Map.entry("level-name", "capability=text level=whole name=text source=text"),
        Map.entry("node", "id=text kind=domain|aspect name=text parent=text? source=text weight=exact"),
        Map.entry("process", "id=text name=text source=text stages=[text]"),
        Map.entry("scale", "empty=refused|missing maximum=exact minimum=exact source=text step=integer|decimal"),
        Map.entry("spbe:edition-registered@1", "at=time by=text digest=text document=text edition=text"),
        Map.entry("spbe:evaluation-opened@1", "agency=text agency_name=text at=time by=text edition=text"
            + " edition_digest=text optional_stages=[text] process=text stages=[text] year=whole"),
        Map.entry("spbe:evidence-coverage-added@1", "at=time by=text evidence=text indicators=[text] items=[text]"),
        Map.entry("spbe:evidence-submitted@1", "at=time by=text digest=text? effective=day? evidence=text"
            + " file_name=text indicators=[text] size=whole? title=text"),
        Map.entry("spbe:evidence-submitted@2", "at=time by=text carried_from=text? digest=text? document=facts"
            + " evidence=text file_name=text indicators=[text] items=[text] link=text? media_type=text? size=whole?"
            + " title=text"),
        Map.entry("spbe:result-determined@1", "at=time by=text card=card decree=text decree_date=day?"),
        Map.entry("spbe:result-determined@2", "at=time by=text card=card decree=text decree_date=day?"),
        Map.entry("spbe:result-determined@3", "at=time by=text card=card decree=text decree_date=day?"),
        Map.entry("spbe:stage-closed@1", "at=time by=text card=card stage=text"),
        Map.entry("spbe:stage-closed@2", "at=time by=text card=card stage=text"),
        Map.entry("spbe:stage-closed@3", "at=time by=text card=card stage=text"),
        Map.entry("stage", "id=text name=text optional=flag source=text"),
        Map.entry("value-band", "ceiling=exact floor=exact level=whole source=text"),
        Map.entry("value-policy", "id=text name=text source=text")
    );

    /** A moment without its offset, and the offset. */
    static final String MOMENT = "(?!0000)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])"
        + "T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.(?!0{6})\\d{6})?";
    static final String OFFSET = "[+-](?:[01]\\d|2[0-3]):[0-5]\\d";

    static Object json(String text) {
        return Calculator.value(Calculator.next(Calculator.TOKEN.matcher(text)));
    }

    /** Reads JSON, and refuses what is not written in the one canonical way or has not the form. */
    static Object canonical(String text, String form) {
        Object value = json(text);
        if (!written(value).equals(text) || !fits(value, form)) {
            throw new IllegalArgumentException("the JSON is not in canonical form");
        }
        return value;
    }

    /** Writes JSON in the one canonical way: sorted, without white space. */
    static String written(Object value) {
        if (value instanceof Map<?, ?> members) {
            return members.entrySet().stream().sorted(Comparator.comparing(one -> (String) one.getKey()))
                .map(one -> written(one.getKey()) + ":" + written(one.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Forms::written).collect(Collectors.joining(",", "[", "]"));
        }
        if (!(value instanceof String text)) return String.valueOf(value);
        var out = new StringBuilder("\"");
        for (char one : text.toCharArray()) {
            int place = "\"\\\b\f\n\r\t".indexOf(one);
            if (place >= 0) out.append('\\').append("\"\\bfnrt".charAt(place));
            else if (one < ' ') out.append(String.format("\\u%04x", (int) one));
            else out.append(one);
        }
        return out.append('"').toString();
    }

    /** Says whether a value read from JSON has a form. */
    static boolean fits(Object value, String form) {
        if (form.endsWith("?")) return value == null || fits(value, form.substring(0, form.length() - 1));
        if (FORMS.containsKey(form)) return value instanceof Map<?, ?> given && hasMembers(given, form);
        if (form.startsWith("[")) {
            String each = form.substring(1, form.length() - 1);
            return value instanceof List<?> list && list.stream().allMatch(one -> fits(one, each));
        }
        return switch (form) {
            case "{}" -> value instanceof Map<?, ?> map && map.values().stream().allMatch(String.class::isInstance);
            case "text" -> value instanceof String;
            case "whole" -> value instanceof Long;
            case "flag" -> value instanceof Boolean;
            case "exact" -> value instanceof String text && Calculator.Exact.read(text).text().equals(text);
            case "day" -> value instanceof String text && text.matches("(?!0000)\\d{4}-\\d\\d-\\d\\d") && isDay(text);
            case "time" -> value instanceof String text && text.matches(MOMENT + "(?:Z|(?![+-]00:00)" + OFFSET + ")")
                && isDay(text);
            default -> value instanceof String text && Set.of(form.split("\\|")).contains(text);
        };
    }

    /** To events and what they hold, later versions of spbe may add members, on which nothing here rests. */
    private static boolean hasMembers(Map<?, ?> given, String form) {
        var left = new HashSet<Object>(given.keySet());
        for (String member : FORMS.get(form).split(" ")) {
            boolean later = member.startsWith("?");
            String[] part = member.substring(later ? 1 : 0).split("=");
            boolean isThere = left.remove(part[0]);
            boolean wrong = later && List.of().equals(given.get(part[0])) || !fits(given.get(part[0]), part[1]);
            if (isThere ? wrong : !later) return false;
        }
        return left.isEmpty() || form.matches("spbe:.*|card|facts");
    }

    static boolean knows(String form, String member) {
        return Arrays.stream(FORMS.get(form).split(" ")).anyMatch(one -> one.split("=")[0].equals(member)
            || one.split("=")[0].equals("?" + member));
    }

    static boolean isDay(String text) {
        try {
            return LocalDate.parse(text.substring(0, 10)) != null;
        } catch (java.time.DateTimeException none) {
            return false;
        }
    }

    /** Says whether a result can follow from an edition: weights sum to the whole and grades fall. */
    static boolean isSound(Object edition) {
        var known = new HashMap<String, Object>(Map.of("", "100"));
        var sums = new HashMap<String, Calculator.Exact>();
        var zero = Calculator.Exact.read("0");
        for (String table : List.of("nodes", "indicators")) {
            for (Object part : Calculator.listIn(edition, table)) {
                String parent = Objects.requireNonNullElse(Calculator.in(part, "parent"), "");
                var weight = Calculator.Exact.read(Calculator.in(part, "weight"));
                boolean node = table.equals("nodes");
                if (!known.containsKey(parent) || !node && zero.isAtLeast(weight)) return false;
                if (node && known.put(Calculator.in(part, "id"), weight.text()) != null) return false;
                sums.merge(parent, weight, Calculator.Exact::plus);
            }
        }
        Predicate<String> sumsUp = id -> sums.containsKey(id) && sums.get(id).text().equals(known.get(id));
        Object scale = Calculator.in(edition, "scale");
        var lowest = Calculator.Exact.read(Calculator.in(scale, "minimum"));
        long places = Calculator.<Long>in(edition, "places");
        return known.keySet().stream().allMatch(sumsUp) && fall(Calculator.listIn(edition, "grades"))
            && !lowest.isAtLeast(Calculator.Exact.read(Calculator.in(scale, "maximum"))) && 0 <= places && places <= 9
            && List.of("indicators", "nodes").stream()
                .noneMatch(table -> Calculator.listIn(edition, table).isEmpty());
    }

    /** Says whether each grade begins below the one before it, and the last nowhere. */
    private static boolean fall(List<Object> grades) {
        for (int place = 0; place < grades.size(); place++) {
            String floor = Calculator.in(grades.get(place), "floor");
            if ((floor == null) != (place == grades.size() - 1)) return false;
            if (place == 0 || floor == null) continue;
            String above = Calculator.in(grades.get(place - 1), "floor");
            if (Calculator.Exact.read(floor).isAtLeast(Calculator.Exact.read(above))) return false;
        }
        return !grades.isEmpty();
    }
}
