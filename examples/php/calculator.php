<?php

/**
 * Computes SPBE and Pemdi indices exactly, in plain PHP: no extension and no floating point.
 *
 *     php calculator.php edition.json vectors.json
 *
 * reads an edition (`spbe editions export ID`) and its test vectors (`spbe editions vectors ID`), computes every
 * vector and says which differ. Exit codes: 0 none differs, 1 some do, 2 a file cannot be used.
 */

declare(strict_types=1);

/** An exact number in lowest terms, of native integers; what would overflow them is refused. */
final class Exact
{
    private function __construct(private readonly int $top, private readonly int $bottom)
    {
    }

    public static function of(int $top, int $bottom = 1): self
    {
        $shared = self::shared($top, $bottom) * ($bottom < 0 ? -1 : 1);
        return new self(intdiv($top, $shared), intdiv($bottom, $shared));
    }

    /** Reads `3`, `-1`, `3.25` or `991/300`; a JSON number is refused, because it may have been a float. */
    public static function read(mixed $text): self
    {
        if (!is_string($text) || !preg_match('~^-?(\d{1,17})(?:\.(\d{1,17})|/([1-9]\d{0,16}))?$~D', $text, $part)) {
            throw new UnexpectedValueException('not an exact number: ' . json_encode($text));
        }
        $decimals = $part[2] ?? '';
        $unit = self::int(10 ** strlen($decimals));
        $top = self::int((int) $part[1] * $unit + (int) $decimals);
        return self::of($text[0] === '-' ? -$top : $top, (int) ($part[3] ?? $unit));
    }

    public function plus(self $other): self
    {
        $shared = self::shared($this->bottom, $other->bottom);
        $left = self::int($this->top * intdiv($other->bottom, $shared));
        $right = self::int($other->top * intdiv($this->bottom, $shared));
        return self::of(self::int($left + $right), self::int($this->bottom * intdiv($other->bottom, $shared)));
    }

    public function times(self $other): self
    {
        $one = self::of($this->top, $other->bottom); // reduced crosswise, so that the products stay small
        $two = self::of($other->top, $this->bottom);
        return self::of(self::int($one->top * $two->top), self::int($one->bottom * $two->bottom));
    }

    public function over(self $other): self
    {
        return $this->times(self::of($other->bottom, $other->top));
    }

    public function isAtLeast(self $other): bool
    {
        return $this->plus(new self(-$other->top, $other->bottom))->top >= 0;
    }

    /** Rounds half up to a number of decimal places. */
    public function rounded(int $places): self
    {
        $unit = self::int(10 ** $places);
        $twice = self::int(abs($this->top) * 2 * $unit + $this->bottom);
        $nearest = intdiv($twice, self::int(2 * $this->bottom));
        return self::of($this->top < 0 ? -$nearest : $nearest, $unit);
    }

    /** Writes without loss: as a decimal where one exists, with at least so many places, else as a fraction. */
    public function text(int $places = 0): string
    {
        for ($rest = $this->bottom; $rest % 2 === 0; $rest = intdiv($rest, 2));
        for (; $rest % 5 === 0; $rest = intdiv($rest, 5));
        if ($rest !== 1) {
            return "{$this->top}/{$this->bottom}";
        }
        for ($unit = self::int(10 ** $places); $unit % $this->bottom !== 0; $places++) {
            $unit = self::int($unit * 10);
        }
        $digits = (string) self::int(abs($this->top) * intdiv($unit, $this->bottom));
        $digits = str_pad($digits, $places + 1, '0', STR_PAD_LEFT);
        $decimals = $places > 0 ? '.' . substr($digits, -$places) : '';
        return ($this->top < 0 ? '-' : '') . substr($digits, 0, strlen($digits) - $places) . $decimals;
    }

    private static function shared(int $one, int $other): int
    {
        return $other === 0 ? abs($one) : self::shared($other, $one % $other);
    }

    /** PHP turns an integer that overflows into a float without a word; here it becomes an error. */
    private static function int(mixed $result): int
    {
        return is_int($result) ? $result : throw new RangeException('the numbers are too large for exact integers');
    }
}

/** Returns the weighted mean of [weight, value] pairs, null while a value is missing. */
function mean(array $parts): ?Exact
{
    [$sum, $whole] = [Exact::of(0), Exact::of(0)];
    foreach ($parts as [$weight, $value]) {
        if ($value === null) {
            return null;
        }
        [$sum, $whole] = [$sum->plus($weight->times($value)), $whole->plus($weight)];
    }
    return $sum->over($whole);
}

/** Computes the card of values (indicator => text or null): every node's index, the whole's, and the grade. */
function card(array $edition, array $values, string $basis): array
{
    $shown = fn (?Exact $index): array => [
        'index' => $index?->rounded($edition['places'])->text($edition['places']),
        'exact_index' => $index?->text(),
    ];
    $sources = array_column($edition['externals'] ?? [], 'pending', 'indicator');
    $card = ['nodes' => [], 'missing' => [], 'pending' => []];
    $parts = []; // id of a node, or '' for the whole => what lies directly below it
    foreach ($edition['indicators'] as ['id' => $id, 'parent' => $parent, 'weight' => $weight]) {
        $value = $values[$id] ?? null;
        if ($value === null && ($sources[$id] ?? '') !== '') { // its source has not answered: counts as the lowest
            $card['pending'][] = $id;
            $value = $edition['scale']['minimum'];
        } elseif ($value === null) {
            $card['missing'][] = $id;
        }
        $parts[$parent][] = [Exact::read($weight), $value === null ? null : Exact::read($value)];
    }
    foreach (array_reverse($edition['nodes']) as ['id' => $id, 'parent' => $parent, 'weight' => $weight]) {
        $index = mean($parts[$id]); // parents come before their children, so from the end all parts are known
        $parts[$parent ?? ''][] = [Exact::read($weight), $index];
        $card['nodes'][$id] = $shown($index);
    }
    $index = mean($parts['']);
    return $card + $shown($index) + ['grade' => $index === null ? null : grade($edition, $index, $basis)];
}

/** Returns the first grade, from the highest, whose floor the index reaches. */
function grade(array $edition, Exact $index, string $basis): string
{
    $held = $basis === 'rounded' ? $index->rounded($edition['places']) : $index;
    foreach ($edition['grades'] as ['name' => $name, 'floor' => $floor]) {
        if ($floor === null || $held->isAtLeast(Exact::read($floor))) {
            return $name;
        }
    }
    throw new UnexpectedValueException('the lowest grade has a floor');
}

/** Returns a card's members side by side as text, so that two cards can be held against each other. */
function members(array $card): array
{
    $flat = ['missing' => implode(' ', $card['missing']), 'pending' => implode(' ', $card['pending'])];
    foreach ($card['nodes'] + ['whole' => $card] as $id => $node) {
        $flat += ["$id index" => $node['index'], "$id exact_index" => $node['exact_index']];
    }
    return array_map(fn (?string $text): string => $text ?? 'null', $flat + ['grade' => $card['grade']]);
}

function main(string $editionFile, string $vectorsFile): int
{
    $edition = json_decode(file_get_contents($editionFile), true, flags: JSON_THROW_ON_ERROR);
    $file = json_decode(file_get_contents($vectorsFile), true, flags: JSON_THROW_ON_ERROR);
    if ($file['edition_digest'] !== $edition['digest'] || $file['vectors'] === []) {
        throw new UnexpectedValueException('these are no vectors of that edition');
    }
    $differing = 0;
    foreach ($file['vectors'] as $vector) {
        $computed = members(card($edition, $vector['values'], $vector['grade_basis']));
        $expected = members($vector);
        $wrong = array_diff_assoc($expected, $computed) + array_diff_assoc($computed, $expected);
        if ($wrong !== []) {
            $differing++;
            echo "{$vector['name']}: expected " . json_encode($wrong) . "\n";
        }
    }
    echo count($file['vectors']), " vectors, $differing differ\n";
    return $differing === 0 ? 0 : 1;
}

set_error_handler(fn (int $level, string $message) => throw new ErrorException($message));
if (realpath($_SERVER['SCRIPT_FILENAME']) === __FILE__) { // run, and not taken in by another program
    try {
        exit(main($argv[1], $argv[2]));
    } catch (Throwable $problem) {
        fwrite(STDERR, "calculator: {$problem->getMessage()}\n");
        exit(2);
    }
}
