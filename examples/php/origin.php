<?php

/** What a recorded card says of itself that no certificate can prove: where its values came from, what computed it. */

declare(strict_types=1);

/** Tells the origin of a card in up to two lines; cards of earlier forms tell none. */
function origin(array $card): string
{
    $values = array_map(fn ($one, string $stage): string => "$stage, " . ($card['bases'][$one] ?? '-'),
        array_keys($card['sources'] ?? []), $card['sources'] ?? []);
    $counts = array_count_values($values);
    ksort($counts, SORT_STRING);
    $counted = array_map(fn (string $one, int $count): string => shown($one) . " $count", array_keys($counts), $counts);
    $programs = array_map(fn ($name, string $version): string => shown("$name $version"),
        array_keys($card['calculated_by'] ?? []), $card['calculated_by'] ?? []);
    return ($counted === [] ? '' : '  values, as recorded, by stage and basis: ' . implode(', ', $counted) . "\n")
        . ($programs === [] ? '' : '  computed, as recorded, by: ' . implode(', ', $programs) . "\n");
}
