// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/check_report.h"

#include <QTest>

#include <cmath>

using namespace widthwise;

namespace {

/// Layers `a` and `b` whose l1 goes as a power of the width, b's power from t = 2 on.
CheckRecords planted(const std::string& parametrization, double power)
{
    CheckRecords records;
    for (std::int64_t seed = 1; seed <= 3; ++seed)
        for (const std::int64_t width : {32, 64, 128})
            for (std::int64_t t = 1; t <= 4; ++t) {
                const double noise = (1 + 0.01 * double((seed * 7 + width / 32) % 3)) * (t > 1 ? 1.05 : 1);
                records.coordinates.push_back({parametrization, width, seed, t, "a", noise});
                records.coordinates.push_back(
                    {parametrization, width, seed, t, "b", noise * std::pow(width, t > 1 ? power : 0)});
            }
    return records;
}

CheckRecords both(double mup, double sp)
{
    CheckRecords records = planted("mup", mup);
    for (const CoordinateRecord& record : planted("sp", sp).coordinates)
        records.coordinates.push_back(record);
    return records;
}

} // namespace

class TestCheckReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hasASlopeForEveryLayerAndTime();
    void anUnclearSlopeStandsForItsLayer();
    void theAnswerIsMupsAlone();
    void standardIsJudgedWhereItIsAlone();
    void nothingIsIncomplete();
};

void TestCheckReport::hasASlopeForEveryLayerAndTime()
{
    const CheckReport report = checkReport(both(0, 0.5), {0.01});
    QVERIFY(report.parametrizations() == (std::vector<std::string>{"sp", "mup"}));
    QVERIFY(report.layers() == (std::vector<std::string>{"a", "b"}));
    QVERIFY(report.times() == (std::vector<std::int64_t>{1, 2, 3, 4}));
    QCOMPARE(report.slopes.size(), std::size_t(16));
    const int found = report.find("sp", "b", 4);
    QVERIFY(found >= 0 && std::abs(report.slopes[std::size_t(found)].slope.value - 0.5) < 0.02);
    QCOMPARE(report.slopes[std::size_t(found)].result, CheckResult::Fails);
    QCOMPARE(report.slopes.at(std::size_t(report.find("mup", "b", 4))).result, CheckResult::Holds);
    QCOMPARE(report.find("sp", "c", 4), -1);
    const int worst = report.worst("sp", "b");
    QVERIFY(worst >= 0 && report.slopes[std::size_t(worst)].t >= 2);
    for (const std::int64_t t : {3, 4})
        QVERIFY(report.slopes[std::size_t(report.find("sp", "b", t))].slope.value <=
                report.slopes[std::size_t(worst)].slope.value);
    QCOMPARE(report.worst("sp", "c"), -1);
}

void TestCheckReport::anUnclearSlopeStandsForItsLayer()
{
    CheckReport report = checkReport(both(0, 0.5), {0.01});
    const auto at = [&](std::int64_t t) -> LayerSlope& {
        return report.slopes[std::size_t(report.find("mup", "b", t))];
    };
    at(2).result = CheckResult::Unclear;
    at(2).slope.value = 0.1;
    at(4).slope.value = -0.2; // steeper, and holds
    QCOMPARE(report.worst("mup", "b"), report.find("mup", "b", 2));
}

void TestCheckReport::theAnswerIsMupsAlone()
{
    QCOMPARE(checkReport(both(0, 0.5)).result(), CheckResult::Holds);
    QCOMPARE(checkReport(both(0.5, 0)).result(), CheckResult::Fails);
    QCOMPARE(checkReport(both(0.17, 0.5)).result(), CheckResult::Unclear);
}

void TestCheckReport::standardIsJudgedWhereItIsAlone()
{
    QCOMPARE(checkReport(planted("sp", 0.5)).result(), CheckResult::Fails);
    QCOMPARE(checkReport(planted("sp", 0)).result(), CheckResult::Holds);
}

void TestCheckReport::nothingIsIncomplete()
{
    QVERIFY(checkReport({}).isEmpty());
    QCOMPARE(checkReport({}).result(), CheckResult::Incomplete);
    QCOMPARE(checkReport({{{"mup", 32, 1, 1, "a", 1.0}}, {}, {}}).result(), CheckResult::Incomplete);
}

QTEST_GUILESS_MAIN(TestCheckReport)
#include "tst_check_report.moc"
