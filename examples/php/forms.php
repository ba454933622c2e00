<?php

/**
 * The forms of an edition's document and of the events in a certificate, member by member: what leaves one out or writes
 * it otherwise is refused, and so is a further member of an edition, because nobody could say what it means.
 */

declare(strict_types=1);

/** Form => its members with their forms; `?name` is left out when empty, `form?` may be null. */
const FORMS = [
    'applied-overlay' => 'id=text source=text title=text',
    'card' => '?bases={} ?calculated_by={} complete=flag edition_digest=text grade=text? grade_basis=text'
        . ' index=text? missing=[text] nodes={} pending=[text] places=whole ?sources={} ?value_policy=text? values={}',
    'citation' => 'confidence=high|medium|low document=text id=text note=text place=text',
    'conversion-band' => 'level=whole score_from=exact score_to=exact value_from=exact value_to=exact',
    'criterion' => 'indicator=text level=whole source=text text=text',
    'edition' => 'citations=[citation] ?criteria=[criterion] default_grade_basis=exact|rounded'
        . ' ?externals=[external] format=spbe-edition-1 grade_basis_source=text'
        . ' grade_practices=[grade-practice] grades=[grade-band] id=text in_force=day? index_name=text'
        . ' indicators=[indicator] ?items=[item] level_names=[level-name] lifecycle=draft|in_force|repealed'
        . ' nodes=[node] ?overlays=[applied-overlay] places=whole processes=[process] regulation=text'
        . ' repealed=day? rounding_source=text scale=scale stages=[stage] title=text ?value_bands=[value-band]'
        . ' ?value_policies=[value-policy] years=[whole]',
    'external' => 'agency=text bands=[conversion-band] indicator=text name=text pending=text source=text',
    'facts' => '?effective=day? ?expires=day? ?issued=day? ?issuer=text ?kind=text ?number=text',
    'grade-band' => 'floor=exact? name=text source=text',
    'grade-practice' => 'basis=exact|rounded source=text year=whole',
    'indicator' => 'capability=text id=text name=text parent=text question=text source=text weight=exact',
    'item' => '?documents=[text] id=text indicator=text level=whole source=text supporting=flag text=text'
        . ' valid_months=whole?',
    'level-name' => 'capability=text level=whole name=text source=text',
    'node' => 'id=text kind=domain|aspect name=text parent=text? source=text weight=exact',
    'process' => 'id=text name=text source=text stages=[text]',
    'scale' => 'empty=refused|missing maximum=exact minimum=exact source=text step=integer|decimal',
    'spbe:edition-registered@1' => 'at=time by=text digest=text document=text edition=text',
    'spbe:evaluation-opened@1' => 'agency=text agency_name=text at=time by=text edition=text edition_digest=text'
        . ' optional_stages=[text] process=text stages=[text] year=whole',
    'spbe:evidence-coverage-added@1' => 'at=time by=text evidence=text indicators=[text] items=[text]',
    'spbe:evidence-submitted@1' => 'at=time by=text digest=text? effective=day? evidence=text file_name=text'
        . ' indicators=[text] size=whole? title=text',
    'spbe:evidence-submitted@2' => 'at=time by=text carried_from=text? digest=text? document=facts evidence=text'
        . ' file_name=text indicators=[text] items=[text] link=text? media_type=text? size=whole? title=text',
    'spbe:result-determined@1' => 'at=time by=text card=card decree=text decree_date=day?',
    'spbe:result-determined@2' => 'at=time by=text card=card decree=text decree_date=day?',
    'spbe:result-determined@3' => 'at=time by=text card=card decree=text decree_date=day?',
    'spbe:stage-closed@1' => 'at=time by=text card=card stage=text',
    'spbe:stage-closed@2' => 'at=time by=text card=card stage=text',
    'spbe:stage-closed@3' => 'at=time by=text card=card stage=text',
    'stage' => 'id=text name=text optional=flag source=text',
    'value-band' => 'ceiling=exact floor=exact level=whole source=text',
    'value-policy' => 'id=text name=text source=text',
];

const PLAIN = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_LINE_TERMINATORS | JSON_THROW_ON_ERROR;

/** A moment; a checkpoint writes it without needless zeros. */
const MOMENT = '(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])'
    . 'T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(?!0{6})\d{6})?';
const OFFSET = '[+-](?:[01]\d|2[0-3]):[0-5]\d';

/** Reads JSON, and refuses what is not written in the one canonical way: sorted, without white space. */
function canonical(string $json, string $form = ''): array
{
    $sort = function (mixed $value) use (&$sort): mixed {
        if ($value instanceof stdClass) {
            $members = (array) $value;
            ksort($members, SORT_STRING);
            return (object) array_map($sort, $members);
        }
        return is_array($value) ? array_map($sort, $value) : (is_float($value) ? (string) $value : $value);
    };
    $value = json_decode($json, false, 64, JSON_THROW_ON_ERROR);
    if (json_encode($sort($value), PLAIN) !== $json || ($form !== '' && !fits($value, $form))) {
        throw new UnexpectedValueException('the JSON is not in canonical form');
    }
    return json_decode($json, true, 64, JSON_THROW_ON_ERROR);
}

/** Sorts members at any depth, so that === says whether two values are the same, to the type of each member. */
function sorted(array $members): array
{
    ksort($members);
    return array_map(fn (mixed $one): mixed => is_array($one) ? sorted($one) : $one, $members);
}

/** Says whether a value, with its objects as objects, has a form. */
function fits(mixed $value, string $form): bool
{
    $all = fn (mixed $many, string $one): bool => array_filter((array) $many, fn ($it) => !fits($it, $one)) === [];
    if (str_ends_with($form, '?')) {
        return $value === null || fits($value, substr($form, 0, -1));
    }
    if (isset(FORMS[$form])) {
        return $value instanceof stdClass && hasMembers((array) $value, FORMS[$form], isOpen($form));
    }
    return match ($form[0] === '[' ? '[' : $form) {
        '[' => is_array($value) && $all($value, substr($form, 1, -1)),
        '{}' => $value instanceof stdClass && $all($value, 'text'),
        'text' => is_string($value),
        'whole' => is_int($value),
        'flag' => is_bool($value),
        'exact' => Exact::read($value)->text() === $value,
        'day' => is_string($value) && preg_match('~^(?!0000)\d{4}-\d\d-\d\d$~D', $value) && isDay($value),
        'time' => is_string($value) && isDay($value)
            && preg_match('~^' . MOMENT . '(?:Z|(?![+-]00:00)' . OFFSET . ')$~D', $value) === 1,
        default => in_array($value, explode('|', $form), true),
    };
}

/** Says whether a later version of spbe may add members, on which nothing here rests: to events and what they hold. */
function isOpen(string $form): bool
{
    return str_starts_with($form, 'spbe:') || in_array($form, ['card', 'facts'], true);
}

function hasMembers(array $given, string $members, bool $open): bool
{
    foreach (explode(' ', $members) as $member) {
        [$name, $form] = explode('=', ltrim($member, '?'));
        $later = $member[0] === '?';
        $isThere = array_key_exists($name, $given);
        if ($isThere ? !fits($given[$name], $form) || ($later && $given[$name] === []) : !$later) {
            return false;
        }
        unset($given[$name]);
    }
    return $open || $given === [];
}

/** Returns the names of a form's members, as keys. */
function membersOf(string $form): array
{
    return array_flip(array_map(fn (string $one): string => ltrim(strtok($one, '='), '?'), explode(' ', FORMS[$form])));
}

function isDay(string $text): bool
{
    return checkdate((int) substr($text, 5, 2), (int) substr($text, 8, 2), (int) substr($text, 0, 4));
}

/** Says whether a result can follow from an edition: a tree whose weights sum to the whole, and grades that fall. */
function isSound(array $edition): bool
{
    $known = $sums = [];
    foreach (array_merge($edition['nodes'], $edition['indicators']) as $place => $part) {
        $isNode = $place < count($edition['nodes']);
        $parent = $part['parent'] ?? '';
        $weight = Exact::read($part['weight']);
        if ((isset($part['parent']) && !isset($known[$parent])) || ($isNode && isset($known[$part['id']]))
            || (!$isNode && Exact::of(0)->isAtLeast($weight))) {
            return false;
        }
        $sums[$parent] = ($sums[$parent] ?? Exact::of(0))->plus($weight);
        $known += $isNode ? [$part['id'] => $weight->text()] : [];
    }
    foreach (['' => '100'] + $known as $id => $weight) {
        if (!isset($sums[$id]) || $sums[$id]->text() !== $weight) {
            return false;
        }
    }
    $floors = array_column($edition['grades'], 'floor');
    if ($floors === [] || array_pop($floors) !== null || in_array(null, $floors, true)) {
        return false;
    }
    foreach (array_slice($floors, 1) as $place => $floor) {
        if (Exact::read($floor)->isAtLeast(Exact::read($floors[$place]))) {
            return false;
        }
    }
    ['minimum' => $lowest, 'maximum' => $highest] = $edition['scale'];
    $tables = [$edition['indicators'], $edition['nodes']];
    return !in_array([], $tables, true) && !Exact::read($lowest)->isAtLeast(Exact::read($highest))
        && 0 <= $edition['places'] && $edition['places'] <= 9;
}
