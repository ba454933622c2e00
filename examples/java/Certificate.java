import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.*;
import java.security.GeneralSecurityException;
import java.util.*;
import java.util.regex.Pattern;
import java.util.stream.*;

/**
 * Verifies a certificate (sertifikat hasil) with the standard library alone; no store, no network.
 * {@code java Certificate certificate.json signer.pub} takes the file as {@code spbe certificate issue} writes it and
 * the key as {@code spbe keys public} shows it. Each step says in one sentence what holds; the first that does not ends
 * it. Exit codes: 0 holds, 1 does not, 2 is no certificate.
 */
public final class Certificate {
    private static final String CARD
        = "complete edition_digest grade grade_basis index missing nodes pending places value_policy values";
    static final String EVALUATION = "[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?/(?:19|20|21)\\d\\d";

    static void must(boolean holds, String otherwise) {
        if (!holds) throw new IllegalStateException(otherwise);
    }

    static IllegalArgumentException refusal(String why) {
        return new IllegalArgumentException(why);
    }

    /** Shows what others word in quotes it cannot close, with whatever could steer a terminal as %XX. */
    static String shown(String words) {
        var visible = Pattern.compile("[\\p{C}\\p{Z}\"%&&[^ ]]").matcher(Objects.requireNonNullElse(words, "-"))
            .replaceAll(found -> URLEncoder.encode(found.group(), UTF_8));
        return words == null ? "-" : '"' + visible + '"';
    }

    static <T> T in(Object members, String... names) {
        Object found = members;
        for (String name : names) found = Calculator.in(found, name);
        @SuppressWarnings("unchecked") T typed = (T) found;
        return typed;
    }

    static void hasOnly(Object members, String names) {
        Map<String, ?> given = in(members);
        if (!given.keySet().equals(Set.of(names.split(" ")))) throw refusal("a member is unknown or missing");
    }

    /** Says whether the path leads from an entry to the root (RFC 9162, 2.1.3.2). */
    static boolean isRecorded(Object proof, long size, byte[] root) throws GeneralSecurityException {
        long place = Certificate.<Long>in(proof, "index"), last = size - 1;
        if (place < 0 || place > last) return false;
        byte[] node = Signed.sha256(new byte[] {0}, Certificate.<String>in(proof, "entry").getBytes(UTF_8));
        for (Object hex : Calculator.listIn(proof, "path")) {
            if (last == 0 || !((String) hex).matches("[0-9a-f]{64}")) return false;
            byte[] sibling = HexFormat.of().parseHex((String) hex);
            boolean right = place % 2 == 1 || place == last;
            node = right ? Signed.sha256(new byte[] {1}, sibling, node) : Signed.sha256(new byte[] {1}, node, sibling);
            for (; right && place % 2 == 0 && place > 0; place >>= 1) last >>= 1;
            place >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(node, root);
    }

    /** A proved event. */
    record Event(String stream, long version, String topic, Map<String, Object> members) {
        static Event read(Object proof) {
            String[] lines = Certificate.<String>in(proof, "entry").split("\n", 3);
            List<Object> head = in(Forms.json(lines[1]));
            if (!lines[0].equals("spbe-entry-1") || !Forms.written(head).equals(lines[1]) || head.size() != 3
                || !((String) head.get(2)).startsWith("spbe:") || !Forms.FORMS.containsKey((String) head.get(2))) {
                throw refusal("this is no entry of a ledger");
            }
            Map<String, Object> members = in(Forms.canonical(lines[2], (String) head.get(2)));
            members.keySet().removeIf(name -> !Forms.knows((String) head.get(2), name));
            return new Event((String) head.get(0), (Long) head.get(1), ((String) head.get(2)).split("@")[0], members);
        }
    }

    /** Says of the documents what a certificate must say of them, from the events that brought them. */
    static List<Object> documents(List<Event> events) {
        var found = new LinkedHashMap<String, Map<String, Object>>();
        for (Event event : events) {
            String id = in(event.members, "evidence");
            if (event.topic.equals("spbe:evidence-submitted")) {
                var said = new HashMap<String, Object>(Map.of("id", id, "indicators", List.of()));
                for (String member : List.of("title", "digest", "link")) said.put(member, event.members.get(member));
                found.put(id, said);
            }
            must(event.topic.matches("spbe:evidence-(submitted|coverage-added)") && found.containsKey(id),
                "Something else is proved as evidence.");
            var served = new LinkedHashSet<>(Calculator.listIn(found.get(id), "indicators"));
            served.addAll(Calculator.listIn(event.members, "indicators"));
            found.get(id).put("indicators", new ArrayList<>(served));
        }
        return new ArrayList<>(found.values());
    }

    /** Computes the card anew from the recorded values; what was pending counts as the scale's minimum. */
    static void mustFollow(Map<String, Object> card, Object displayed, Map<String, Object> edition, long year) {
        String basis = in(edition, "default_grade_basis");
        for (Object one : Calculator.listIn(edition, "grade_practices")) {
            if (in(one, "year").equals(year)) basis = in(one, "basis");
        }
        var values = new HashMap<>(Certificate.<Map<String, String>>in(card, "values"));
        for (Object one : Calculator.listIn(card, "pending")) {
            must(values.put((String) one, in(edition, "scale", "minimum")) == null, "A pending indicator has a value.");
        }
        var lowest = Calculator.Exact.read(in(edition, "scale", "minimum"));
        var highest = Calculator.Exact.read(in(edition, "scale", "maximum"));
        for (String text : values.values()) {
            var value = Calculator.Exact.read(text);
            must(value.isAtLeast(lowest) && highest.isAtLeast(value) && value.text().equals(text), "A wrong value.");
        }
        edition.put("externals", List.of()); // the card says itself what was pending
        var nodes = new HashMap<String, Object>();
        for (Object node : Calculator.listIn(edition, "nodes")) {
            var stated = new HashMap<String, Object>();
            stated.put("index", in(displayed, "nodes", in(node, "id")));
            stated.put("exact_index", in(card, "nodes", in(node, "id")));
            nodes.put(in(node, "id"), stated);
        }
        var stated = new HashMap<String, Object>(Map.of("nodes", nodes));
        stated.put("missing", in(card, "missing"));
        stated.put("index", in(displayed, "index"));
        stated.put("exact_index", in(card, "index"));
        stated.put("grade", in(card, "grade"));
        var whole = new HashSet<>(Certificate.<Map<String, ?>>in(card, "nodes").keySet());
        var leaves = Calculator.listIn(edition, "indicators").stream().map(one -> in(one, "id")).toList();
        var pending = leaves.stream().filter(Calculator.listIn(card, "pending")::contains).toList();
        var policies = Calculator.listIn(edition, "value_policies").stream().map(one -> in(one, "id")).toList();
        must(Calculator.card(edition, values, basis).equals(Calculator.expected(stated))
            && nodes.keySet().containsAll(whole)
            && whole.equals(Certificate.<Map<String, ?>>in(displayed, "nodes").keySet())
            && leaves.containsAll(values.keySet()) && pending.equals(card.get("pending"))
            && basis.equals(card.get("grade_basis")) && in(edition, "places").equals(card.get("places"))
            && card.get("complete").equals(Calculator.listIn(card, "missing").isEmpty())
            && (card.get("value_policy") == null || policies.contains(card.get("value_policy"))),
            "The result does not follow from the values.");
    }

    /** Takes every step in order, and says of each that it holds. */
    static void verify(String payload, Signed.Key key) throws GeneralSecurityException {
        Object statement = Forms.json(payload), said = in(statement, "predicate"), given = in(said, "proofs");
        if (!Forms.written(statement).equals(payload)) throw refusal("the JSON is not in canonical form");
        hasOnly(statement, "_type predicate predicateType subject");
        hasOnly(said, "agency agency_name card checkpoint decree decree_date displayed edition edition_digest events "
            + "evidence process proofs stage year");
        hasOnly(given, "edition evidence opening result");
        hasOnly(in(said, "card"), CARD);
        if (!in(statement, "_type").equals("https://in-toto.io/Statement/v1")
            || !in(statement, "predicateType").equals("urn:spbe:certificate-1")) throw refusal("another statement");

        var checkpoint = Signed.checkpoint(in(said, "checkpoint"), key);
        must(checkpoint != null, "The checkpoint in it is not signed by the same key.");
        System.out.println("The checkpoint in it, of " + checkpoint.size() + " events, is signed by the same key.");

        var proofs = new ArrayList<Object>(List.of(in(given, "edition"), in(given, "opening")));
        proofs.addAll(in(given, "evidence"));
        proofs.add(in(given, "result"));
        long before = -1;
        for (Object proof : proofs) {
            hasOnly(proof, "entry index path");
            must(isRecorded(proof, checkpoint.size(), checkpoint.root()), "An event is not proved.");
            must(before < Certificate.<Long>in(proof, "index"), "The events are not in their order.");
            before = in(proof, "index");
        }
        System.out.println("The " + proofs.size() + " events it repeats are among those.");

        Event registered = Event.read(proofs.get(0)), opened = Event.read(proofs.get(1));
        List<Event> own = proofs.stream().skip(1).map(Event::read).toList();
        Event result = own.get(own.size() - 1);
        String name = in(said, "agency") + "/" + in(said, "year"), digest = in(said, "edition_digest");
        String entry = Signed.hex(Signed.sha256(Certificate.<String>in(given, "result", "entry").getBytes(UTF_8)));
        must(List.of(Map.of("name", name, "digest", Map.of("sha256", entry))).equals(in(statement, "subject"))
            && registered.topic.equals("spbe:edition-registered") && opened.topic.equals("spbe:evaluation-opened")
            && registered.stream.equals("edition/" + digest) && own.stream().allMatch(one -> one.stream.equals(name))
            && IntStream.range(1, own.size()).allMatch(at -> own.get(at - 1).version < own.get(at).version)
            && opened.version == 1 && name.matches(EVALUATION)
            && in(said, "events").equals(Map.of("first", 1L, "last", result.version)),
            "What it is about is not what the events are about.");
        for (String member : List.of("agency", "agency_name", "year", "process", "edition", "edition_digest")) {
            must(in(said, member).equals(opened.members.get(member)), "The opening has another " + member + ".");
        }
        System.out.println("All belong to " + name + ", under the edition it pinned.");

        String document = in(registered.members, "document");
        Map<String, Object> edition = in(Forms.canonical(document, "edition")), card = in(result.members, "card");
        must(digest.equals("sha256:" + Signed.hex(Signed.sha256(document.getBytes(UTF_8))))
            && digest.equals(registered.members.get("digest")) && in(said, "edition").equals(edition.get("id"))
            && in(said, "edition").equals(registered.members.get("edition")) && Forms.isSound(edition),
            "The edition is not the one pinned.");
        System.out.println("The document of the edition has the digest that was pinned.");

        String origin = Origin.of(card);
        card.keySet().retainAll(Certificate.<Map<String, Object>>in(said, "card").keySet());
        for (String member : CARD.split(" ")) card.putIfAbsent(member, null); // earlier cards had fewer
        must(result.topic.matches("spbe:(stage-closed|result-determined)") && card.equals(in(said, "card"))
            && digest.equals(card.get("edition_digest")), "The recorded card is another.");
        for (String member : List.of("stage", "decree", "decree_date")) {
            must(Objects.equals(in(said, member), result.members.get(member)), "There is another " + member + ".");
        }
        System.out.println("The values, the indices and the grade are those of the recorded card.");

        mustFollow(card, in(said, "displayed"), edition, in(said, "year"));
        System.out.println("Computed again from these values, the result is the same.");

        must(documents(own.subList(1, own.size() - 1)).equals(in(said, "evidence")), "The evidence is another.");
        int count = Calculator.listIn(said, "evidence").size();
        System.out.println("The " + count + " documents are those recorded when they were submitted.");
        String index = in(said, "displayed", "index"), exact = in(card, "index"), day = in(said, "decree_date");
        String stage = in(said, "stage"), dated = day == null ? ", whose day is not recorded" : " of " + day;
        String standing = stage != null ? "ONLY THE STAGE " + shown(stage) + ": this is NOT the determined result"
            : "THE DETERMINED RESULT, by decree " + shown(in(said, "decree")) + dated;
        // One fact a line, numbers first: an agency that could choose a name would write a whole result into it.
        System.out.println("HOLDS: " + name + "\n  " + standing + "\n  index " + Objects.requireNonNullElse(index, "-")
            + " (exact " + Objects.requireNonNullElse(exact, "-") + ")\n  grade " + shown(in(card, "grade"))
            + "\n  edition " + shown(in(edition, "id")) + ", " + digest + origin + "\n  agency, in its own words: "
            + shown(in(said, "agency_name")) + "\nThe edition was not compared with an installed one: compare its "
            + "digest, " + digest + ", with a published one.");
    }

    static int run(String[] files) {
        try {
            var key = Signed.Key.read(Files.readString(Path.of(files[1])));
            byte[] payload = Signed.payload(Files.readString(Path.of(files[0])), key);
            must(payload != null, "The signature is not that of " + key.name() + " on this content.");
            System.out.println("The signature of " + key.name() + " holds.");
            verify(new String(payload, UTF_8), key);
            return 0;
        } catch (IllegalStateException problem) {
            System.out.println(problem.getMessage() + "\nDOES NOT HOLD");
            return 1;
        } catch (IOException | GeneralSecurityException | RuntimeException | StackOverflowError problem) {
            System.err.println("certificate: " + problem);
            return 2;
        }
    }

    public static void main(String[] files) throws InterruptedException {
        var deep = new Thread(null, () -> System.exit(run(files)), "verify", 512L * 1024 * 1024); // for long texts
        deep.start();
        deep.join();
    }
}
