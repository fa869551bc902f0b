// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/poll_backoff.h"

#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

const PollBackoff::Time start(1000h);

/// How often a look is due from one time to another, for somebody who asks every 50 ms.
int looks(PollBackoff& backoff, std::chrono::milliseconds from, std::chrono::milliseconds to)
{
    int count = 0;
    for (auto time = from; time < to; time += 50ms)
        count += backoff.due(start + time);
    return count;
}

} // namespace

class TestPollBackoff : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void slowsDownWhileNothingHappens()
    {
        PollBackoff backoff(1s, 30s);
        backoff.happened(start);
        QCOMPARE(looks(backoff, 0s, 10s), 10); // one a second
        const int later = looks(backoff, 10s, 100s);
        QVERIFY2(later > 15 && later < 30, qPrintable(QString::number(later)));
        looks(backoff, 100s, 1000s);
        QCOMPARE(looks(backoff, 1000s, 1300s), 10); // no more than one in 30 s
    }

    void hastensWhenSomethingHappens()
    {
        PollBackoff backoff(1s, 30s);
        backoff.happened(start);
        looks(backoff, 0s, 1000s);
        backoff.happened(start + 1000s);
        QCOMPARE(looks(backoff, 1000s, 1001s), 0);
        QCOMPARE(looks(backoff, 1001s, 1005s), 4);
    }

    void hastensWhileSomebodyLooksOn()
    {
        PollBackoff backoff(1s, 30s);
        backoff.happened(start);
        looks(backoff, 0s, 1000s);
        backoff.setWatched(true, start + 1000s);
        QVERIFY(backoff.due(start + 1000s));
        QCOMPARE(looks(backoff, 1000s, 1010s), 9);
        backoff.setWatched(true, start + 1010s); // it says so again and again
        QCOMPARE(looks(backoff, 1010s, 1020s), 10);
        backoff.setWatched(false, start + 1020s);
        QVERIFY(looks(backoff, 1020s, 1080s) <= 3);
    }

    void leavesARestToAHostThatIsSlow()
    {
        PollBackoff backoff(100ms, 30s);
        backoff.happened(start);
        backoff.looked(2s, start);
        backoff.happened(start);
        QCOMPARE(looks(backoff, 0s, 2s), 0);
        QVERIFY(backoff.due(start + 2s));
    }

    void isAlwaysDueHere()
    {
        PollBackoff backoff;
        backoff.happened(start);
        backoff.looked(500ms, start);
        QCOMPARE(looks(backoff, 0s, 1s), 20);
    }
};

QTEST_APPLESS_MAIN(TestPollBackoff)
#include "tst_poll_backoff.moc"
