// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/block_shuffle.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace widthwise::trainer;

namespace {

const std::vector<std::size_t> sizes{5, 3, 7, 1, 4};
constexpr std::size_t all = 20;

/// Number of the sample among all of the blocks.
std::vector<std::size_t> epochOf(BlockShuffle& shuffle, std::int64_t epoch, std::size_t step)
{
    std::vector<std::size_t> seen;
    for (std::size_t place = 0; place < all;) {
        const BlockShuffle::Part part = shuffle.part(epoch, place, std::min(step, all - place));
        for (const std::uint32_t sample : part.samples) {
            std::size_t left = sample;
            for (const std::size_t block : part.blocks) {
                if (left < sizes[block]) {
                    seen.push_back(
                        std::accumulate(sizes.begin(), sizes.begin() + std::ptrdiff_t(block), left));
                    break;
                }
                left -= sizes[block];
            }
        }
        place += part.samples.size();
    }
    return seen;
}

} // namespace

class TestBlockShuffle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everySampleComesOnceAnEpoch_data()
    {
        QTest::addColumn<int>("blocks");
        for (const int blocks : {1, 2, 4, 5}) {
            QTest::addRow("%d in a window", blocks) << blocks;
        }
    }
    void everySampleComesOnceAnEpoch()
    {
        QFETCH(int, blocks);
        BlockShuffle shuffle(sizes, std::size_t(blocks), 7);
        QCOMPARE(shuffle.size(), all);
        QCOMPARE(shuffle.isStreamed(), blocks < 5);
        std::vector<std::size_t> last;
        for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
            const std::vector<std::size_t> seen = epochOf(shuffle, epoch, 3);
            QVERIFY(seen != last);
            last = seen;
            std::vector<std::size_t> sorted = seen;
            std::ranges::sort(sorted);
            std::vector<std::size_t> expected(all);
            std::iota(expected.begin(), expected.end(), std::size_t{0});
            QVERIFY(sorted == expected);
            BlockShuffle again(sizes, std::size_t(blocks), 7); // whatever was asked before, in whatever steps
            QVERIFY(epochOf(again, epoch, 20) == seen);
        }
        BlockShuffle other(sizes, std::size_t(blocks), 8);
        QVERIFY(epochOf(other, 2, 3) != last);
    }

    void noMoreBlocksAreAskedForThanFit()
    {
        BlockShuffle shuffle(sizes, 2, 1);
        std::size_t windows = 0;
        for (std::size_t place = 0; place < all; ++windows) {
            const BlockShuffle::Part part = shuffle.part(0, place, all);
            QVERIFY(part.blocks.size() <= 2);
            place += part.samples.size();
        }
        QCOMPARE(windows, std::size_t{3});
    }
};

QTEST_GUILESS_MAIN(TestBlockShuffle)
#include "tst_block_shuffle.moc"
