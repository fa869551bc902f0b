// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/models/link_words.h"

#include <QDateTime>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;
using namespace std::chrono_literals;

namespace {

TimePoint at(const QDateTime& time)
{
    return TimePoint(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

} // namespace

class TestLinkWords : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void aLostLink_data();
    void aLostLink();
    void theFirstAttemptLosesNothing();
    void momentsCarryTheDayWhereItIsAnother();
};

void TestLinkWords::aLostLink_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("secondsToTry");
    QTest::addColumn<QString>("text");
    QTest::newRow("waiting") << int(SiteLink::State::Lost) << 20
                             << QStringLiteral("link lost 40 s ago, next try in 20 s");
    QTest::newRow("due") << int(SiteLink::State::Lost) << -3
                         << QStringLiteral("link lost 40 s ago, trying again");
    QTest::newRow("trying") << int(SiteLink::State::Connecting) << 20
                            << QStringLiteral("link lost 40 s ago, trying again");
    QTest::newRow("a person") << int(SiteLink::State::NeedsPerson) << 20 << QStringLiteral("needs you: why");
}

void TestLinkWords::aLostLink()
{
    QFETCH(int, state);
    QFETCH(int, secondsToTry);
    const TimePoint now(1'700'000'000s);
    const SiteLink link{SiteLink::State(state), "why", now - 40s, now + std::chrono::seconds(secondsToTry),
                        now - 45s};
    const LinkWords words = linkWords(link, now);
    QTEST(words.text, "text");
    QCOMPARE(words.tone, Tone::Warning);
    QCOMPARE(words.details, QStringLiteral("why\nlast contact 45 s ago"));
}

void TestLinkWords::theFirstAttemptLosesNothing()
{
    const TimePoint now(1'700'000'000s);
    const LinkWords words = linkWords({SiteLink::State::Connecting, {}, now - 5s, {}, {}}, now);
    QCOMPARE(words.text, QStringLiteral("connecting"));
    QCOMPARE(words.tone, Tone::Muted);
    QVERIFY(words.details.isEmpty());
}

void TestLinkWords::momentsCarryTheDayWhereItIsAnother()
{
    const QDateTime noon(QDate(2026, 11, 21), QTime(12, 0, 7));
    QCOMPARE(momentText(at(noon), at(noon.addSecs(3600))), QStringLiteral("12:00:07"));
    QCOMPARE(momentText(at(noon), at(noon.addDays(1))), QStringLiteral("21 Nov 12:00:07"));
}

WIDTHWISE_UI_TEST_MAIN(TestLinkWords)
#include "tst_link_words.moc"
