// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/random.h"

#include <QTest>

#include <set>

using namespace widthwise;

class TestRandom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The known answers of Random123 1.14 (tests/kat_vectors, philox4x32 10).
    void philoxGivesTheKnownAnswers()
    {
        QCOMPARE(philox({0, 0, 0, 0}, {0, 0}), (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
        QCOMPARE(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
                 (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
        QCOMPARE(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
                 (PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
    }

    void bitsAreTheFirstHalfOfABlock()
    {
        QCOMPARE(randomBits(0, 0, 0), 0xe169c58d6627e8d5u);
        QCOMPARE(randomBits(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88), 0x94fdccebd16cfe09u);
    }

    void seedStreamAndCounterAllCount()
    {
        std::set<std::uint64_t> seen;
        for (std::uint64_t seed = 0; seed < 10; ++seed)
            for (std::uint64_t stream = 0; stream < 10; ++stream)
                for (std::uint64_t counter = 0; counter < 10; ++counter)
                    seen.insert(randomBits(seed, stream, counter));
        QCOMPARE(seen.size(), std::size_t(1000));
    }

    void uniformNumbersFillTheUnitInterval()
    {
        constexpr int n = 100000, bins = 10;
        int count[bins] = {};
        double sum = 0;
        for (int i = 0; i < n; ++i) {
            const double u = randomUniform(7, 3, std::uint64_t(i));
            QVERIFY(u >= 0 && u < 1);
            ++count[int(u * bins)];
            sum += u;
        }
        double chi2 = 0;
        for (const int c : count)
            chi2 += (c - n / bins) * double(c - n / bins) / (n / bins);
        QVERIFY2(chi2 < 27.9, qPrintable(QString::number(chi2))); // p = 0.001 for 9 degrees of freedom
        QVERIFY(qAbs(sum / n - 0.5) < 4 / std::sqrt(12.0 * n));
    }
};

QTEST_GUILESS_MAIN(TestRandom)
#include "tst_random.moc"
