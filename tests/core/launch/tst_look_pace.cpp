// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/look_pace.h"

#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

const LookPace::Time start(1000h);

/// How often a look is due from one time to another, for somebody who asks every 50 ms.
int looks(LookPace& pace, std::chrono::milliseconds from, std::chrono::milliseconds to)
{
    int count = 0;
    for (auto time = from; time < to; time += 50ms)
        count += pace.due(start + time);
    return count;
}

} // namespace

class TestLookPace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void slowsDownWhileNothingHappens()
    {
        LookPace pace(1s, 30s);
        pace.happened(start);
        QCOMPARE(looks(pace, 0s, 10s), 10); // one a second
        const int later = looks(pace, 10s, 100s);
        QVERIFY2(later > 15 && later < 30, qPrintable(QString::number(later)));
        looks(pace, 100s, 1000s);
        QCOMPARE(looks(pace, 1000s, 1300s), 10); // no more than one in 30 s
    }

    void hastensWhenSomethingHappens()
    {
        LookPace pace(1s, 30s);
        pace.happened(start);
        looks(pace, 0s, 1000s);
        pace.happened(start + 1000s);
        QCOMPARE(looks(pace, 1000s, 1001s), 0);
        QCOMPARE(looks(pace, 1001s, 1005s), 4);
    }

    void hastensWhileSomebodyLooksOn()
    {
        LookPace pace(1s, 30s);
        pace.happened(start);
        looks(pace, 0s, 1000s);
        pace.setWatched(true, start + 1000s);
        QVERIFY(pace.due(start + 1000s));
        QCOMPARE(looks(pace, 1000s, 1010s), 9);
        pace.setWatched(true, start + 1010s); // it says so again and again
        QCOMPARE(looks(pace, 1010s, 1020s), 10);
        pace.setWatched(false, start + 1020s);
        QVERIFY(looks(pace, 1020s, 1080s) <= 3);
    }

    void isAlwaysDueHere()
    {
        LookPace pace;
        pace.happened(start);
        QCOMPARE(looks(pace, 0s, 1s), 20);
    }
};

QTEST_APPLESS_MAIN(TestLookPace)
#include "tst_look_pace.moc"
