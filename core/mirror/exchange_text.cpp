// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mirror/exchange.h"

#include "core/mirror/cbor_rows.h"
#include "core/store/commands.h"
#include "core/store/step_column.h"

#include <nlohmann/json.hpp>

#include <bit>
#include <charconv>
#include <concepts>
#include <cstring>
#include <utility>

namespace widthwise {
namespace {

using nlohmann::json;
static_assert(std::endian::native == std::endian::little, "points travel as they lie in memory");
/// Rises with every change that a program of the version before does not understand.
constexpr std::size_t protocol = 5;
constexpr std::string_view mark = "widthwise-exchange ";
/// More than there is of anything, and small enough to be added to.
constexpr std::int64_t most = std::int64_t{1} << 53;
/// Beyond it, in 2262, times in nanoseconds have no room.
constexpr TimePoint latest = std::chrono::sys_days(std::chrono::year(2262) / 1 / 1);

/// A place or a length in a file or a series, which is reckoned with.
struct Place {
    std::int64_t& number;
};

// What the rows are made of. Each type names its fields once, for both directions.

void visit(auto& fields, ChangePlace& place)
{
    fields(place.revision, place.id);
}

void visit(auto& fields, ChangePlaces& places)
{
    fields(places.experiments, places.trials, places.series, places.drivers);
}

void visit(auto& fields, SeriesWant& want)
{
    fields(want.series, want.generation, Place{want.first});
}

void visit(auto& fields, ExperimentKey& key)
{
    fields(key.id, key.token);
}

void visit(auto& fields, ForwardedCommand& command)
{
    fields(command.token, command.experiment, command.command.kind, command.command.trial,
           command.command.text);
}

void visit(auto& fields, ForwardedWatch& watch)
{
    fields(watch.experiment, watch.trial, watch.attempt, Place{watch.known});
}

void visit(auto& fields, ExchangeRequest& request)
{
    fields(request.asker, request.identity, request.places, request.wants, request.commands, request.watches);
}

void visit(auto& fields, ExperimentRecord& record)
{
    fields(record.id, record.name, record.yaml, record.baseDirectory, record.state, record.reason,
           record.created, record.started, record.finished, record.parent, record.changes);
}

void visit(auto& fields, StopRequest& stop)
{
    fields(stop.becomes, stop.asked, stop.waits);
}

void visit(auto& fields, Notice& notice)
{
    fields(notice.kind, notice.count, notice.where, notice.place, notice.text);
}

void visit(auto& fields, TrialRecord& record)
{
    Trial& trial = record.trial;
    fields(record.id, record.experiment, trial.number, trial.configuration, trial.state, trial.attempt,
           trial.continues, trial.stop, trial.objective, trial.objectiveStep, trial.lastStep, trial.created,
           trial.queued, trial.started, trial.finished, trial.secondsBefore, trial.device, trial.reason,
           trial.notices, trial.parent, trial.agent, trial.interruptions, trial.bracket, trial.rung,
           trial.untilStep, trial.promotedFrom, trial.firstRung, trial.checkpointBytes,
           trial.checkpointDropped);
}

void visit(auto& fields, SeriesLength& series)
{
    fields(series.series, series.trial, series.metric, series.generation, Place{series.count});
}

void visit(auto& fields, SeriesPiece& piece)
{
    fields(piece.series, piece.generation, Place{piece.first}, piece.points);
}

void visit(auto& fields, DriverChange& driver)
{
    DriverInfo& info = driver.info;
    fields(driver.experiment, info.host, info.pid, info.started, info.heartbeat, info.notice, info.running,
           info.place.host, info.place.folder);
}

void visit(auto& fields, OutputPiece& output)
{
    OutputTail& tail = output.tail;
    fields(output.experiment, output.trial, tail.attempt, Place{tail.first}, tail.bytes, tail.read);
}

void visit(auto& fields, ExchangeAnswer& answer)
{
    fields(answer.identity, answer.now, answer.startsAnew, answer.present, answer.experiments, answer.trials,
           answer.series, answer.pieces, answer.drivers, answer.outputs, answer.taken, answer.problem,
           answer.places, answer.more);
}

template <typename Item>
concept Count = std::same_as<Item, int> || std::same_as<Item, std::int64_t>;
template <typename Item>
concept Plain = std::same_as<Item, bool> || std::same_as<Item, double> || std::same_as<Item, std::string>;

/// A row as an array of its fields.
class Writer {
public:
    template <typename... Values>
    void operator()(const Values&... values)
    {
        (m_row.push_back(value(values)), ...);
    }
    json take() { return std::move(m_row); }

    static json value(const Plain auto& plain) { return plain; }
    static json value(const Count auto& count) { return count; }
    static json value(Place place) { return place.number; }
    static json value(TimePoint time) { return time.time_since_epoch().count(); }
    static json value(TrialState state) { return std::string(toText(state)); }
    static json value(Agent agent) { return std::string(toText(agent)); }
    static json value(ExperimentState state) { return std::string(toText(state)); }
    static json value(Command::Kind kind) { return std::string(toText(kind)); }
    static json value(Notice::Kind kind) { return std::string(toText(kind)); }
    static json value(const Configuration& configuration) { return toJson(configuration); }
    template <typename Value>
    static json value(const std::optional<Value>& optional)
    {
        return optional ? value(*optional) : json();
    }
    /// As two columns of bytes.
    static json value(const Points& points)
    {
        const std::vector<std::byte> steps = packedSteps(points.steps);
        return json::array({binary(steps), binary(std::as_bytes(std::span(points.values)))});
    }
    template <typename Item>
    static json value(const std::vector<Item>& items)
    {
        json list = json::array();
        for (const Item& item : items)
            list.push_back(value(item));
        return list;
    }
    template <typename Row>
    static json value(const Row& row)
    {
        Writer writer;
        visit(writer, const_cast<Row&>(row)); // read only
        return writer.take();
    }

private:
    static json binary(std::span<const std::byte> bytes)
    {
        const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
        return json::binary(std::vector<std::uint8_t>(first, first + bytes.size()));
    }

    json m_row = json::array();
};

/// Reads what Writer wrote. Throws json::exception or std::invalid_argument for all else.
class Reader {
public:
    explicit Reader(const json& row) : m_row(row) {}

    template <typename... Values>
    void operator()(Values&&... values)
    {
        if (!m_row.is_array() || m_row.size() != sizeof...(values))
            throw std::invalid_argument("a row has other fields than it should");
        (take(m_row[m_next++], values), ...);
    }

    template <Plain Item>
    static void take(const json& from, Item& plain)
    {
        from.get_to(plain);
    }
    template <Count Number>
    static void take(const json& from, Number& number)
    {
        const auto value = from.is_number_integer() ? from.get<std::int64_t>() : 0;
        const bool isLarge = from.is_number_unsigned() && value < 0;
        if (!from.is_number_integer() || isLarge || !std::in_range<Number>(value))
            throw std::invalid_argument("expected a whole number in its range, got " + from.dump());
        number = static_cast<Number>(value);
    }
    static void take(const json& from, Place& place)
    {
        take(from, place.number);
        if (place.number < 0 || place.number > most)
            throw std::invalid_argument("expected a number from 0 to 2^53, got " + from.dump());
    }
    static void take(const json& from, TimePoint& time)
    {
        std::int64_t milliseconds = 0;
        take(from, milliseconds);
        time = TimePoint(std::chrono::milliseconds(milliseconds));
        if (time < TimePoint() || time > latest)
            throw std::invalid_argument("expected a time before 2262, got " + from.dump());
    }
    static void take(const json& from, TrialState& state)
    {
        state = trialStateFromText(from.get<std::string>());
    }
    static void take(const json& from, Agent& agent) { agent = agentFromText(from.get<std::string>()); }
    static void take(const json& from, ExperimentState& state)
    {
        state = experimentStateFromText(from.get<std::string>());
    }
    static void take(const json& from, Command::Kind& kind)
    {
        const auto known = commandKindFromText(from.get<std::string>());
        if (!known)
            throw std::invalid_argument("unknown command " + from.get<std::string>());
        kind = *known;
    }
    static void take(const json& from, Notice::Kind& kind)
    {
        kind = noticeKindFromText(from.get<std::string>());
    }
    static void take(const json& from, Configuration& configuration)
    {
        configuration = configurationFromJson(from.get<std::string>());
    }
    template <typename Value>
    static void take(const json& from, std::optional<Value>& optional)
    {
        optional.reset();
        if (!from.is_null())
            take(from, optional.emplace());
    }
    static void take(const json& from, Points& points)
    {
        const json::binary_t& values = from.at(1).get_binary();
        if (values.size() % sizeof(double) != 0)
            throw std::invalid_argument("a column of points is cut");
        points.values.resize(values.size() / sizeof(double));
        if (!points.values.empty())
            std::memcpy(points.values.data(), values.data(), points.values.size() * sizeof(double));
        points.steps.clear();
        appendSteps(points.steps, std::as_bytes(std::span(from.at(0).get_binary())), points.values.size());
        if (points.steps.size() != points.values.size())
            throw std::invalid_argument("a series has not as many steps as values");
    }
    template <typename Item>
    static void take(const json& from, std::vector<Item>& items)
    {
        items.clear();
        for (const json& item : from.get_ref<const json::array_t&>())
            take(item, items.emplace_back());
    }
    template <typename Row>
    static void take(const json& from, Row& row)
    {
        takeRow(from, row);
    }

private:
    template <typename Row>
    static void takeRow(const json& from, Row& row)
    {
        Reader reader(from);
        visit(reader, row);
    }

    const json& m_row;
    std::size_t m_next = 0;
};

template <typename Row>
std::string framed(const Row& row)
{
    std::string bytes;
    json::to_cbor(Writer::value(row), bytes);
    return std::string(mark) + std::to_string(protocol) + ' ' + std::to_string(bytes.size()) + '\n' + bytes;
}

/// The number that `text` begins with, up to `end`; both are taken from it.
std::size_t takeNumber(std::string_view& text, char end)
{
    std::size_t number = 0;
    const char* last = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc() || stopped == last || *stopped != end)
        throw std::invalid_argument("its first line is damaged");
    text.remove_prefix(static_cast<std::size_t>(stopped + 1 - text.data()));
    return number;
}

std::string_view unframed(std::string_view text, const std::string& where)
{
    const std::size_t start = text.find(mark);
    if (start == std::string_view::npos)
        throw ExchangeError("widthwisectl on " + where + " does not answer as it should");
    text.remove_prefix(start + mark.size());
    const std::size_t version = takeNumber(text, ' ');
    if (version != protocol)
        throw ExchangeError(std::string("widthwisectl on ") + where + " is " +
                            (version > protocol ? "newer" : "older") +
                            " than the one here; bring the same version of Widthwise to both");
    const std::size_t length = takeNumber(text, '\n');
    if (text.size() < length)
        throw std::invalid_argument("it was cut off");
    return text.substr(0, length);
}

template <typename Row>
Row readFramed(std::string_view text, const std::string& where)
{
    try {
        Row row;
        Reader::take(rowsFromCbor(unframed(text, where)), row);
        return row;
    } catch (const ExchangeError&) {
        throw;
    } catch (const std::exception& error) { // of nlohmann::json, or std::invalid_argument
        throw ExchangeError("what came from " + where + " cannot be read: " + error.what());
    }
}

} // namespace

std::string encode(const ExchangeRequest& request)
{
    return framed(request);
}

ExchangeRequest readRequest(std::string_view text, const std::string& where)
{
    return readFramed<ExchangeRequest>(text, where);
}

std::string encode(const ExchangeAnswer& answer)
{
    return framed(answer);
}

ExchangeAnswer readAnswer(std::string_view text, const std::string& where)
{
    return readFramed<ExchangeAnswer>(text, where);
}

} // namespace widthwise
