import java.util.*;
import java.util.stream.Collectors;

/** What a recorded card says of itself that no certificate can prove: where its values came from, what computed it. */
final class Origin {
    private Origin() {}

    /** Tells the origin of a card in up to two lines; cards of earlier forms tell none. */
    static String of(Map<String, Object> card) {
        Map<String, String> bases = members(card, "bases");
        var counts = new TreeMap<String, Integer>();
        members(card, "sources").forEach(
            (one, stage) -> counts.merge(stage + ", " + bases.getOrDefault(one, "-"), 1, Integer::sum));
        String values = counts.entrySet().stream()
            .map(one -> Certificate.shown(one.getKey()) + " " + one.getValue()).collect(Collectors.joining(", "));
        String programs = members(card, "calculated_by").entrySet().stream()
            .map(one -> Certificate.shown(one.getKey() + " " + one.getValue())).collect(Collectors.joining(", "));
        return (values.isEmpty() ? "" : "\n  values, as recorded, by stage and basis: " + values)
            + (programs.isEmpty() ? "" : "\n  computed, as recorded, by: " + programs);
    }

    /** Returns one of the card's tables in its order; nothing where an earlier form has no such table. */
    private static Map<String, String> members(Map<String, Object> card, String table) {
        @SuppressWarnings("unchecked") var found = (Map<String, String>) card.getOrDefault(table, Map.of());
        return new TreeMap<>(found);
    }
}
