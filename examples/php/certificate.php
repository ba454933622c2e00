<?php

/**
 * Verifies a certificate (sertifikat hasil) in plain PHP with sodium, which comes with it; no store, no network.
 *
 *     php certificate.php certificate.json signer.pub
 *
 * The certificate is as `spbe certificate issue` writes it, the key as `spbe keys public` shows it. Each step says in
 * one sentence what holds; the first that does not ends it. Exit codes: 0 holds, 1 does not, 2 is no certificate.
 */

declare(strict_types=1);

require __DIR__ . '/calculator.php';
require __DIR__ . '/forms.php';
require __DIR__ . '/origin.php';

const TYPE = 'application/vnd.in-toto+json';
const MEMBERS = '_type predicate predicateType subject / agency agency_name card checkpoint decree decree_date '
    . 'displayed edition edition_digest events evidence process proofs stage year / edition evidence opening result / '
    . 'complete edition_digest grade grade_basis index missing nodes pending places value_policy values';
const EVALUATION = '~^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?/(?:19|20|21)\d\d$~D';
const ENTRY = ['string', 'int', 'string'];

/** A step of the verification does not hold. */
final class DoesNotHold extends Exception {}

function must(bool $holds, string $otherwise): void
{
    $holds || throw new DoesNotHold($otherwise);
}

/** Decodes base64 that has no second spelling. */
function decoded(string $text): string
{
    $bytes = base64_decode($text, true);
    return $bytes !== false && base64_encode($bytes) === $text
        ? $bytes : throw new UnexpectedValueException('the base64 is not in canonical form');
}

/** Reads `NAME+HASH+BASE64`: the signer's name, the hash that tells keys apart, and the 32 bytes of the key. */
function publicKey(string $text): array
{
    [$name, $hash, $encoded] = explode('+', trim($text), 3) + ['', '', ''];
    $bytes = decoded($encoded);
    if (strlen($bytes) !== 33 || substr(hash('sha256', "$name\n$bytes"), 0, 8) !== $hash || $bytes[0] !== "\x01") {
        throw new UnexpectedValueException('this is no public key');
    }
    return [$name, $hash, substr($bytes, 1)];
}

/** Opens the envelope, whose form has one spelling: [statement, whether the key signed it]. */
function opened(string $content, array $key): array
{
    $form = '~^\{"payload":"([A-Za-z0-9+/]++={0,2})","payloadType":"application/vnd\.in-toto\+json",'
        . '"signatures":\[\{"keyid":"([0-9a-f]{8})","sig":"([A-Za-z0-9+/]{86}==)"\}\]\}\n$~D';
    if (strlen($content) > 16 * 1024 * 1024 || !preg_match($form, $content, $part)) {
        throw new UnexpectedValueException('this is no certificate');
    }
    $payload = decoded($part[1]);
    $message = sprintf('DSSEv1 %d %s %d %s', strlen(TYPE), TYPE, strlen($payload), $payload);
    return [$payload, $part[2] === $key[1] && sodium_crypto_sign_verify_detached(decoded($part[3]), $message, $key[2])];
}

/** Opens the signed checkpoint: [size, root]. */
function checkpoint(string $note, array $key): array
{
    $form = '~^((.+)\n(0|[1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\nat ' . MOMENT . '(?!-00:00)' . OFFSET
        . '\nfingerprints \n)\n— (\S+) (\S+)\n$~uD';
    must(preg_match($form, $note, $part) === 1 && isDay(substr($note, strpos($note, "\nat ") + 4)),
        'The checkpoint in it is none.');
    $signature = decoded($part[6]);
    must($part[2] === $key[0] && $part[5] === $key[0] && bin2hex(substr($signature, 0, 4)) === $key[1]
        && strlen($signature) === 68 && sodium_crypto_sign_verify_detached(substr($signature, 4), $part[1], $key[2]),
        'The checkpoint in it is not signed by the same key.');
    return [(int) $part[3], decoded($part[4])];
}

/** Says whether the path leads from an entry to the root (RFC 9162, 2.1.3.2). */
function isRecorded(array $proof, int $size, string $root): bool
{
    [$place, $last] = [$proof['index'], $size - 1];
    must(array_keys($proof) === ['entry', 'index', 'path'] && is_int($place) && 0 <= $place && $place <= $last,
        'A proof has another form.');
    $node = hash('sha256', "\0{$proof['entry']}", true);
    foreach ($proof['path'] as $hex) {
        if ($last === 0 || !preg_match('~^[0-9a-f]{64}$~D', $hex)) {
            return false;
        }
        $isRight = $place % 2 === 1 || $place === $last;
        $node = hash('sha256', "\1" . ($isRight ? hex2bin($hex) . $node : $node . hex2bin($hex)), true);
        for (; $isRight && $place % 2 === 0 && $place > 0; $place >>= 1) {
            $last >>= 1;
        }
        [$place, $last] = [$place >> 1, $last >> 1];
    }
    return $last === 0 && $node === $root;
}

/** Reads a proved event: its stream, version and topic, and its members. */
function event(array $proof): array
{
    [$format, $head, $state] = explode("\n", $proof['entry'], 3) + ['', '', ''];
    $named = json_decode($head, true, 4, JSON_THROW_ON_ERROR);
    if ($format !== 'spbe-entry-1' || !is_array($named) || array_map(get_debug_type(...), $named) !== ENTRY
        || json_encode($named, PLAIN) !== $head || !str_starts_with($named[2], 'spbe:') || !isset(FORMS[$named[2]])) {
        throw new UnexpectedValueException('this is no entry of a ledger');
    }
    $members = array_intersect_key(canonical($state, $named[2]), membersOf($named[2]));
    return ['stream' => $named[0], 'version' => $named[1], 'topic' => strtok($named[2], '@'), ...compact('members')];
}

/** Says of the documents what a certificate must say of them, from the events that brought them. */
function documents(array $events): array
{
    $found = [];
    foreach ($events as ['topic' => $topic, 'members' => $members]) {
        $id = $members['evidence'];
        if ($topic === 'spbe:evidence-submitted') {
            $found[$id] = ['id' => $id, 'title' => $members['title'], 'digest' => $members['digest'],
                'link' => $members['link'] ?? null, 'indicators' => []];
        }
        must(in_array($topic, ['spbe:evidence-submitted', 'spbe:evidence-coverage-added'], true)
            && isset($found[$id]), 'Something else is proved as evidence.');
        $served = array_merge($found[$id]['indicators'], $members['indicators']);
        $found[$id]['indicators'] = array_values(array_unique($served));
    }
    return array_values($found);
}

/** Computes the card anew from the values of the recorded one; what was pending counts as the scale's minimum. */
function computed(array $card, array $edition, int $year): array
{
    $basis = array_column($edition['grade_practices'], 'basis', 'year')[$year] ?? $edition['default_grade_basis'];
    $values = $card['values'] + array_fill_keys($card['pending'], $edition['scale']['minimum']);
    foreach ($values as $text) {
        must(Exact::read($text)->isAtLeast(Exact::read($edition['scale']['minimum']))
            && Exact::read($edition['scale']['maximum'])->isAtLeast(Exact::read($text))
            && Exact::read($text)->text() === $text, 'A value is outside the scale.');
    }
    $made = card(['externals' => []] + $edition, $values, $basis);
    $known = array_column($edition['indicators'], 'id');
    $policies = [null, ...array_column($edition['value_policies'] ?? [], 'id')];
    must(array_diff(array_map(strval(...), array_keys($values)), $known) === []
        && array_intersect_key($card['values'], array_flip($card['pending'])) === []
        && array_values(array_intersect($known, $card['pending'])) === $card['pending']
        && in_array($card['value_policy'] ?? null, $policies, true), 'Its indicators are others.');
    $nodes = fn (string $member): array => array_filter(array_column(
        array_map(fn ($id, $node) => [$id, $node[$member]], array_keys($made['nodes']), $made['nodes']), 1, 0),
        fn (?string $index) => $index !== null);
    $recorded = ['complete' => $made['missing'] === [], 'grade' => $made['grade'], 'grade_basis' => $basis,
        'index' => $made['exact_index'], 'missing' => $made['missing'], 'nodes' => $nodes('exact_index'),
        'places' => $edition['places']];
    return [$recorded, ['index' => $made['index'], 'nodes' => $nodes('index')]];
}

/** Takes every step in order, and says of each that it holds. */
function verify(string $payload, array $key): void
{
    ['_type' => $type, 'predicate' => $said, 'predicateType' => $form] = $statement = canonical($payload);
    $given = $said['proofs'];
    $names = fn (array $one): string => implode(' ', array_keys($one));
    $members = array_map($names, [$statement, $said, $given, $said['card']]);
    if ($type !== 'https://in-toto.io/Statement/v1' || $form !== 'urn:spbe:certificate-1'
        || implode(' / ', $members) !== MEMBERS) {
        throw new UnexpectedValueException('this is another statement');
    }
    [$size, $root] = checkpoint($said['checkpoint'], $key);
    echo "The checkpoint in it, of $size events, is signed by the same key.\n";

    $proofs = [$given['edition'], $given['opening'], ...$given['evidence'], $given['result']];
    foreach ($proofs as $place => $proof) {
        must(isRecorded($proof, $size, $root), 'An event is not proved to be among them.');
        must($place === 0 || $proofs[$place - 1]['index'] < $proof['index'], 'The events are not in their order.');
    }
    echo 'The ', count($proofs), " events it repeats are among those.\n";

    [$registered, $opened, $result] = [event($proofs[0]), event($proofs[1]), event($given['result'])];
    $documents = array_map(event(...), $given['evidence']);
    [$name, $own] = ["{$said['agency']}/{$said['year']}", [$opened, ...$documents, $result]];
    $versions = array_column($own, 'version', 'version');
    $about = ['digest' => ['sha256' => hash('sha256', $given['result']['entry'])], 'name' => $name];
    must($statement['subject'] === [$about] && $opened['topic'] === 'spbe:evaluation-opened'
        && $registered['topic'] === 'spbe:edition-registered' && $opened['version'] === 1
        && $registered['stream'] === "edition/{$said['edition_digest']}"
        && count($versions) === count($own) && sorted($versions) === $versions
        && $said['events'] === ['first' => $opened['version'], 'last' => $result['version']]
        && array_unique(array_column($own, 'stream')) === [$name] && preg_match(EVALUATION, $name),
        'It is about something else than the events are.');
    foreach (['agency', 'agency_name', 'year', 'process', 'edition', 'edition_digest'] as $member) {
        must($said[$member] === $opened['members'][$member], "The opening has another $member.");
    }
    echo "All belong to $name, under the edition it pinned.\n";

    ['document' => $document, 'digest' => $digest, 'edition' => $id] = $registered['members'];
    $edition = canonical($document, 'edition');
    must('sha256:' . hash('sha256', $document) === $said['edition_digest'] && $digest === $said['edition_digest']
        && [$id, $edition['id']] === [$said['edition'], $id] && isSound($edition),
        'The edition is not the one that was pinned.');
    echo "The document of the edition has the digest that was pinned.\n";

    $card = array_intersect_key($result['members']['card'], $said['card']) + array_map(fn () => null, $said['card']);
    $occasion = array_map(fn (string $one) => $result['members'][$one] ?? null, ['stage', 'decree', 'decree_date']);
    must(in_array($result['topic'], ['spbe:stage-closed', 'spbe:result-determined'], true)
        && sorted($said['card']) === sorted($card) && $card['edition_digest'] === $digest
        && [$said['stage'], $said['decree'], $said['decree_date']] === $occasion, 'The recorded card is another.');
    echo "The values, the indices and the grade are those of the recorded card.\n";

    [$recorded, $displayed] = computed($card, $edition, $said['year']);
    must(sorted(array_intersect_key($card, $recorded)) === sorted($recorded)
        && sorted($said['displayed']) === sorted($displayed), 'The result does not follow from the values.');
    echo "Computed again from these values, the result is the same.\n";

    must(sorted($said['evidence']) === sorted(documents($documents)), 'The evidence is not what was submitted.');
    echo 'The ', count($said['evidence']), " documents are those recorded when they were submitted.\n";
    $dated = $said['decree_date'] === null ? ', whose day is not recorded' : " of {$said['decree_date']}";
    $standing = $said['stage'] === null ? 'THE DETERMINED RESULT, by decree ' . shown($said['decree']) . $dated
        : 'ONLY THE STAGE ' . shown($said['stage']) . ': this is NOT the determined result';
    [$index, $exact] = [$displayed['index'] ?? '-', $card['index'] ?? '-'];
    // One fact a line, numbers first: an agency that could choose a name would write a whole result into it.
    echo "HOLDS: $name\n  $standing\n  index $index (exact $exact)\n  grade ", shown($card['grade']), "\n  edition ",
        shown($id), ", $digest\n", origin($result['members']['card']), '  agency, in its own words: ',
        shown($said['agency_name']), "\nThe edition was not compared with an installed one: compare its digest, $digest, "
        . "with a published one.\n";
}

/** Shows what others word in quotes it cannot close, with whatever could steer a terminal as %XX. */
function shown(?string $words): string
{
    $visible = fn (array $one): string => $one[0] === ' ' ? ' ' : rawurlencode($one[0]);
    return $words === null ? '-' : '"' . preg_replace_callback('~[\p{C}\p{Z}"%]~u', $visible, $words) . '"';
}

try {
    $key = publicKey(file_get_contents($argv[2]));
    [$payload, $signed] = opened(file_get_contents($argv[1]), $key);
    must($signed, "The signature is not that of {$key[0]} on this content.");
    echo "The signature of {$key[0]} holds.\n";
    verify($payload, $key);
} catch (DoesNotHold $problem) {
    echo "{$problem->getMessage()}\nDOES NOT HOLD\n";
    exit(1);
} catch (Throwable $problem) {
    fwrite(STDERR, "certificate: {$problem->getMessage()}\n");
    exit(2);
}
