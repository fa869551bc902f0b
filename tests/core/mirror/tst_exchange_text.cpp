// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mirror/exchange.h"

#include <QTest>

using namespace widthwise;

namespace {

std::string complaint(const std::string& text)
{
    try {
        readAnswer(text, "juwels");
    } catch (const ExchangeError& error) {
        return error.what();
    }
    return {};
}

std::string messageOf(const std::string& body)
{
    return "widthwise-exchange 5 " + std::to_string(body.size()) + '\n' + body;
}

bool says(const std::string& text, const char* words)
{
    return text.find(words) != std::string::npos;
}

} // namespace

class TestExchangeText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void requestComesThrough()
    {
        ExchangeRequest request;
        request.identity = "abc";
        request.places.series = {17, 4};
        request.wants = {{5, 1, 1024}};
        request.commands = {{"def:1", {9, INT64_MAX}, {Command::Kind::StopTrial, 3}}};
        const ExchangeRequest read = readRequest(encode(request), "here");
        QCOMPARE(read.identity, request.identity);
        QVERIFY(read.places == request.places);
        QCOMPARE(read.wants[0].first, std::int64_t{1024});
        QCOMPARE(read.commands[0].token, std::string("def:1"));
        QVERIFY(read.commands[0].experiment == request.commands[0].experiment);
        QVERIFY(read.commands[0].command == request.commands[0].command);
    }

    void noiseBeforeItIsPassedOver()
    {
        ExchangeAnswer answer;
        answer.identity = "abc";
        const std::string text = "Welcome to JUWELS!\nmodule: loaded\n" + encode(answer);
        QCOMPARE(readAnswer(text, "juwels").identity, answer.identity);
        QCOMPARE(readAnswer(text + "logout\n", "juwels").identity, answer.identity);
    }

    void aPieceOfAnAnswerIsNone()
    {
        ExchangeAnswer answer;
        answer.pieces = {{1, 0, 0, {{1, 2, 3}, {0.1, 0.2, 0.3}}}};
        const std::string text = encode(answer);
        for (std::size_t length = 0; length < text.size(); ++length)
            QVERIFY2(says(complaint(text.substr(0, length)), "juwels"), std::to_string(length).c_str());
    }

    void damageIsTold()
    {
        const std::string text = encode(ExchangeAnswer{});
        for (std::size_t place = text.find('\n') + 1; place < text.size(); ++place) {
            std::string damaged = text;
            damaged[place] = '\xff';
            QVERIFY(says(complaint(damaged), "juwels"));
        }
    }

    /// What no keeper and no store sends, and what would do harm if it were believed.
    void damagedRowsAreTold()
    {
        ExchangeAnswer answer;
        answer.pieces = {{1, 0, 0, {{1, 2, 3}, {0.1, 0.2}}}};
        QVERIFY(says(complaint(encode(answer)), "not as many steps as values"));
        answer = {};
        answer.now = TimePoint(std::chrono::sys_days(std::chrono::year(2286) / 1 / 1));
        QVERIFY(says(complaint(encode(answer)), "expected a time before 2262"));
        answer = {};
        answer.series = {{1, 1, "loss", 0, INT64_MIN}};
        QVERIFY(says(complaint(encode(answer)), "expected a number from 0 to 2^53"));
        answer = {};
        answer.outputs.push_back({1, 0x01020304, {}});
        std::string body = encode(answer);
        body = body.substr(body.find('\n') + 1);
        const std::size_t number = body.find("\x1a\x01\x02\x03\x04");
        QVERIFY(number != std::string::npos);
        body.replace(number, 1, std::string("\x1b\x00\x00\x00\x01", 5)); // a trial beyond an int
        QVERIFY(says(complaint(messageOf(body)), "expected a whole number in its range"));
        QVERIFY(says(complaint(messageOf("\x80")), "other fields"));
        QVERIFY(
            says(complaint(messageOf(std::string(100'000, '\x81'))), "nested too deeply")); // arrays of one
        QVERIFY(says(complaint(messageOf("\xa0")), "it holds a map"));
    }

    void otherVersionNamesTheFix()
    {
        QVERIFY(says(complaint("widthwise-exchange 6 1\n\xf6"), "newer"));
        QVERIFY(says(complaint("widthwise-exchange 1 1\n\xf6"), "older"));
        QVERIFY(says(complaint("widthwise-exchange 6 1\n\xf6"), "bring the same version"));
        QVERIFY(says(complaint("bash: widthwisectl: command not found\n"), "does not answer"));
    }

    void stepsBeyondThirtyTwoBitsComeThrough()
    {
        ExchangeAnswer answer;
        answer.pieces.push_back({1, 0, 0, {{7, 4'294'967'296, 5'000'000'000}, {0.5, 0.25, 0.125}}});
        answer.pieces.push_back({2, 0, 0, {{7, 8}, {0.5, 0.25}}});
        answer.trials.emplace_back().trial.lastStep = INT64_MAX;
        const ExchangeAnswer read = readAnswer(encode(answer), "juwels");
        QVERIFY(read.pieces.at(0).points.steps == answer.pieces[0].points.steps);
        QVERIFY(read.pieces.at(0).points.values == answer.pieces[0].points.values);
        QVERIFY(read.pieces.at(1).points.steps == answer.pieces[1].points.steps);
        QCOMPARE(read.trials.at(0).trial.lastStep, std::optional<std::int64_t>(INT64_MAX));
    }

    void bytesPerPoint()
    {
        ExchangeAnswer answer;
        SeriesPiece& piece = answer.pieces.emplace_back();
        constexpr std::int64_t points = 100'000;
        for (std::int64_t step = 0; step < points; ++step) {
            piece.points.steps.push_back(step);
            piece.points.values.push_back(1.0 / (1 + step));
        }
        QVERIFY(encode(answer).size() < points * 12 + 200);
    }
};

QTEST_GUILESS_MAIN(TestExchangeText)
#include "tst_exchange_text.moc"
